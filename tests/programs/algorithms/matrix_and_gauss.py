"""Gaussian elimination with Fractions, Strassen-like recursion, transposition."""
from fractions import Fraction
def solve(m):
    m = [[Fraction(x) for x in row] for row in m]
    n = len(m)
    for i in range(n):
        p = next(r for r in range(i, n) if m[r][i])
        m[i], m[p] = m[p], m[i]
        m[i] = [x / m[i][i] for x in m[i]]
        for r in range(n):
            if r != i: m[r] = [a - b * m[r][i] for a, b in zip(m[r], m[i])]
    return [row[-1] for row in m]
print(*solve([[2, 1, -1, 8], [-3, -1, 2, -11], [-2, 1, 2, -3]]), list(zip(*[[1, 2, 3], [4, 5, 6]])))
