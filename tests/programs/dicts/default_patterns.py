"""setdefault, get, defaultdict, grouping."""
from collections import defaultdict
d = {}
for w in ("apple", "avocado", "bean"): d.setdefault(w[0], []).append(w)
print(d); dd = defaultdict(int)
for c in "hello": dd[c] += 1
print(dict(dd), dd.get("q"), dd["q"], len(dd))
