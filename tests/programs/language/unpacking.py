"""Unpacking in assignments, calls, displays, loops; and what is wrong with it."""
a, b = 1, 2
a, b = b, a
print(a, b)
first, *rest = [1, 2, 3, 4]
print(first, rest)
*init, last = "abc"
print(init, last)
x, *y, z = range(2)
print(x, y, z)
[p, (q, *r)] = [1, "xyz"]
print(p, q, r)
for i, (j, *k) in [(1, (2, 3, 4)), (5, [6])]:
    print(i, j, k)
print([*range(3), *"ab"], (*[1], *{2: 3}), {*[1, 1, 2]}, {**{"a": 1}, "b": 2, **{"a": 3}})
print(*[1, 2], *(3,), sep="-")
for bad in ("a, b = [1]", "a, b = [1, 2, 3]", "a, *b, c = [1]", "a, b = 5", "[*5]", "{**5}", "print(*5)", "print(**5)",
            "a, b = {1, 2, 3}.pop", "a, b, c = range(2)", "a, b = {}"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
