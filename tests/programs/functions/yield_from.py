"""Delegation: values, sends, throws, results, closing."""
def inner():
    try:
        x = yield 1
        print("inner got", x)
        y = yield 2
        print("inner got", y)
    except ValueError as error:
        print("inner caught", error)
        yield "recovered"
    finally:
        print("inner finally")
    return "result"
def outer():
    result = yield from inner()
    print("result", result)
    yield from [10, 20]
    return (yield from "ab")
g = outer()
print(next(g), g.send("A"), g.throw(ValueError("v")), next(g), next(g), next(g), next(g))
try:
    next(g)
except StopIteration as stop:
    print(stop.value)
h = outer(); next(h); h.close()
def not_iterable():
    yield from 5
try:
    next(not_iterable())
except TypeError as error:
    print(error)
class Iter:
    def __iter__(self): return self
    def __next__(self): return 7
    def send(self, value): return f"sent {value}"
    def throw(self, error): return f"threw {error!r}"
    def close(self): print("closed")
def delegate(): yield from Iter()
d = delegate()
print(next(d), d.send(3), d.throw(KeyError(1)))
d.close()
def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(4)))
def deep(n):
    if n: yield from deep(n - 1)
    else: yield "bottom"
print(next(deep(200)))
