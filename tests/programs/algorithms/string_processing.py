"""Caesar, run lengths, palindromes, anagrams, word wrap, roman numerals, base conversion."""
def caesar(s, k): return "".join(chr((ord(c) - 97 + k) % 26 + 97) if c.islower() else chr((ord(c) - 65 + k) % 26 + 65) if c.isupper() else c for c in s)
print(caesar("Hello, World!", 3), caesar(caesar("Hello", 3), -3))
import itertools
rle = [(c, len(list(g))) for c, g in itertools.groupby("aaabccd")]
print(rle, "".join(c * n for c, n in rle))
def roman(n): return "".join(r * (n // v % d) for r, v, d in (("M", 1000, 10**9),)) + "".join(t[n // 10**p % 10] for p, t in ((2, ["", "C", "CC", "CCC", "CD", "D", "DC", "DCC", "DCCC", "CM"]), (1, ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"]), (0, ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"])))
print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024)])
def base(n, b):
    s = ""
    while n: n, r = divmod(n, b); s = "0123456789abcdefghijklmnopqrstuvwxyz"[r] + s
    return s or "0"
print([base(255, b) for b in (2, 8, 16, 36)], int(base(10**20, 36), 36) == 10**20)
groups = {}
for w in "listen silent enlist google elgoog abc".split(): groups.setdefault("".join(sorted(w)), []).append(w)
print([g for g in groups.values() if len(g) > 1], [s for s in ("level", "noon", "ab") if s == s[::-1]])
