"""a < b < c evaluates b once and stops early."""
def value(n):
    print("value", n)
    return n

print(value(1) < value(2) < value(3))
print(value(3) < value(2) < value(1))
print(1 < 2 > 1 != 5 == 5 in [5] is not None)
print(1 == 1.0 == True, 1 < 1 <= 1)
print("a" < "b" < "c" <= "c")
if value(1) < value(5) < value(3):
    print("wrong")
else:
    print("right")
