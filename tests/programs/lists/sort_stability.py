"""sort is stable, takes key and reverse, and leaves the list usable after an error."""
a = [("b", 1), ("a", 2), ("b", 0), ("a", 1)]
print(sorted(a, key=lambda t: t[0]), sorted(a, key=lambda t: t[0], reverse=True), sorted(a))
b = [3, "x", 1]
try: b.sort()
except TypeError as e: print(e, sorted(map(str, b)))
print(sorted("bca"), sorted({3: 1, 1: 2}), sorted([True, False, 2, -1]), sorted([[2], [1, 5], []]), sorted([1.5, 1, float("-inf")]))
