"""keys, values and items see later changes."""
d = {"a": 1}; k, v, i = d.keys(), d.values(), d.items()
d["b"] = 2; print(k, v, i, len(k), "b" in k, ("b", 2) in i, list(reversed(k))); d.clear(); print(k, v, i)
