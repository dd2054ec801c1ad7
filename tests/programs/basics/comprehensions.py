"""The four comprehensions."""
print([x * 2 for x in range(3)], {x % 2 for x in range(4)}, {x: x * x for x in range(3)}, tuple(x for x in "ab"))
