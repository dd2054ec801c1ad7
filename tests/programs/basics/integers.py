"""Small integers add, subtract and compare."""
a = 5
b = 3
print(a + b, a - b, a * b, a // b, a % b, a ** b, -a, a > b, a == 5)
