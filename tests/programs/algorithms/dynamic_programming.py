"""Edit distance, knapsack, longest common subsequence, coin change, memoised partitions."""
from functools import cache
def edit(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        prev, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            prev, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, prev + (x != y))
    return row[-1]
print(edit("kitten", "sitting"), edit("", "abc"))
def lcs(a, b):
    t = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            t[i + 1][j + 1] = t[i][j] + a[i] if a[i] == b[j] else max(t[i][j + 1], t[i + 1][j], key=len)
    return t[-1][-1]
print(lcs("AGGTAB", "GXTXAYB"))
@cache
def partitions(n, k=None):
    k = n if k is None else k
    return 1 if n == 0 else sum(partitions(n - i, i) for i in range(1, min(n, k) + 1))
print(partitions(50), partitions.cache_info().hits > 100)
ways = [1] + [0] * 100
for c in (1, 5, 10, 25, 50):
    for i in range(c, 101): ways[i] += ways[i - c]
print(ways[100])
