"""Strings join, repeat and index."""
s = "taipan"
print(s + "!", s * 2, s[0], s[-1], s[1:4], len(s), "pan" in s, s == "taipan")
