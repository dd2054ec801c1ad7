"""Order is by first insertion; deleting and inserting again moves to the end."""
d = {}
for k in "banana": d[k] = d.get(k, 0) + 1
print(d); del d["b"]; d["b"] = 0; print(d, list(d.items())); d["n"] = "same place"; print(d)
