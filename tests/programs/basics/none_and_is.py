"""is compares identity."""
a = None
b = [1]
c = b
print(a is None, b is c, b is not [1], b == [1])
