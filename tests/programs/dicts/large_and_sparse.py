"""Thousands of keys in and out."""
d = {i: str(i) for i in range(5000)}
for i in range(0, 5000, 3): del d[i]
print(len(d), d[1], 3 in d, sum(d), next(iter(d)), next(reversed(d)))
for i in range(0, 5000, 3): d[i] = "again"
print(len(d), list(d)[-1], d[0]); e = d.copy(); d.clear(); print(len(e), len(d))
s = {f"key{i}": i for i in range(2000)}; print(s["key1999"], "key2000" in s, len(s), sum(s.values()))
