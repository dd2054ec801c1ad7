"""A tuple and a swap."""
point = 1, 2
x, y = point
x, y = y, x
print(point, x, y)
