"""enumerate, zip, reversed, range over len."""
a = ["x", "y", "z"]
for i, v in enumerate(a, 1): print(i, v, end="; ")
for v, w in zip(a, reversed(a)): print(v + w, end=" ")
for i in range(len(a) - 1, -1, -1): print(a[i], end="")
print()
