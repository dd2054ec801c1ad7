"""Comprehensions of each kind, nested, with several loops and conditions, and their scope."""
print([x * x for x in range(6) if x % 2])
print({x % 3 for x in range(10)})
print({k: v for k, v in zip("abc", range(3))})
print(list(x + y for x in "ab" for y in "cd"))
print([[i * j for j in range(3)] for i in range(3)])
print([(x, y) for x in range(4) if x > 1 for y in range(x) if y != 1])
print([f() for f in [lambda i=i: i for i in range(3)]], [f() for f in [lambda: i for i in range(3)]])
x = "outer"
print([x for x in range(2)], x)
print({**{a: b for a, b in [(1, 2)]}, 3: 4})
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [v for row in matrix for v in row])
class C:
    limit = 3
    values = [i for i in range(limit)]
print(C.values)
def closure():
    n = 10
    return [n + i for i in range(2)], {n: i for i in range(1)}, [lambda: n + i for i in range(2)][0]()
print(closure())
print([i for i in range(5) if i if i > 2], [*(j for j in range(2))], sum(k for k in range(5)))
try:
    [1 / i for i in (1, 0)]
except ZeroDivisionError as error:
    print(error)
print([i for i, in [(1,), (2,)]], [a for a, *b in ["xyz", "pq"]])
print([(lambda: [y for y in range(z)])() for z in range(3)])
