"""|, |=, update, ** with overlapping keys."""
a, b = {"x": 1, "y": 2}, {"y": 3, "z": 4}
print(a | b, b | a, {**a, **b}, dict(a, z=9)); a |= b; print(a); a.update(q=1); a.update([("r", 2)]); print(a)
