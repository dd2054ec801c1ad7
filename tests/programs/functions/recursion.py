"""Plain, mutual and deep recursion; RecursionError is catchable."""
def factorial(n): return 1 if n < 2 else n * factorial(n - 1)
print(factorial(30))
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
print(even(100), odd(100))
def ackermann(m, n):
    if m == 0: return n + 1
    if n == 0: return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))
print(ackermann(2, 3))
def hanoi(n, a, b, c): return hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c) if n else []
print(len(hanoi(8, "a", "b", "c")), hanoi(2, "a", "b", "c"))
def forever(n):
    return forever(n + 1)
for _ in range(3):
    try:
        forever(0)
    except RecursionError as error:
        print(error)
import sys
old = sys.getrecursionlimit()
print(old)
sys.setrecursionlimit(200)
def depth(n):
    try:
        return depth(n + 1)
    except RecursionError:
        return n
print(100 < depth(0) < 200)
sys.setrecursionlimit(old)
try:
    sys.setrecursionlimit(0)
except ValueError as error:
    print(error)
