"""A set has each thing once."""
s = {1, 2, 2, 3}
print(len(s), 2 in s, s | {4}, s & {1, 9}, s - {1})
