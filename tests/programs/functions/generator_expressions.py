"""Generator expressions: the first iterable is evaluated at once, the rest lazily."""
def say(x):
    print("say", x)
    return x
g = (say(i) for i in say([1, 2]) if say(True))
print("made")
print(next(g), list(g))
try:
    (x for x in 5)
except TypeError as error:
    print(error)
lazy = (1 // x for x in (1, 0))
print(next(lazy))
try:
    next(lazy)
except ZeroDivisionError as error:
    print(error)
print(list(lazy))
print(sum(x * y for x in range(3) for y in range(x)), max((abs(v), v) for v in (-3, 2)), sorted(c for c in "hello"))
n = 1
late = (n for _ in range(2))
n = 2
print(list(late))
print("".join(c for c in "abc"), dict((k, v) for k, v in [(1, 2)]), tuple(i for i in range(2)), set(i % 2 for i in range(4)))
print(type(g).__name__, g.__name__, (x for x in ()).gi_code.co_name)
nested = ((i, j) for i in range(2) for j in (k for k in range(i + 1)))
print(list(nested))
