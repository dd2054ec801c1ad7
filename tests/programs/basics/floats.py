"""Floats divide, round and print."""
print(7 / 2, 1 / 3, 0.1 + 0.2, round(2.5), round(3.14159, 2), 1e10, float("1.5"), int(2.9))
