"""Big integers: arithmetic, division, shifts, bits, conversion to text."""
a, b = 3**200, 7**100
print(a, a + b, a - b, b - a, a * b % 10**30, a // b, a % b, divmod(a, b)[1] == a % b, -a // b, -a % b, a // -b, a % -b)
print(a & b, a | b, a ^ b == (a | b) - (a & b), ~a, -a & b, a & -b, -a | b, -a ^ -b)
print(a >> 100, a << 10, -a >> 250, -a >> 1000, a >> 10**10 if False else 0, 1 << 200, (1 << 200) >> 199)
print(a.bit_length(), b.bit_count(), hex(b), oct(2**70), bin(2**65 + 5))
print(a > b, a == a + 0, a < -b, a == 3.0**200, float(a) == 3.0**200, a / b, b / a, float(10**300), 10**400 // 10**399)
try:
    float(10**400)
except OverflowError as error:
    print(error)
try:
    10**400 / 3
except OverflowError as error:
    print(error)
try:
    10**400 + 1.0
except OverflowError as error:
    print(error)
print(10**400 / 10**399, int("1" * 50) * 2, int(str(a)) == a, int(hex(a), 16) == a, int(1e25), int(-1e30))
n = 1
for i in range(1, 60): n *= i
print(n, sum(map(int, str(n))))
def fib(n):
    x, y = 0, 1
    for _ in range(n): x, y = y, x + y
    return x
print(fib(300), len(str(fib(5000))))
print(pow(a, b, 10**20), pow(3, 10**20, 10**9 + 7), a.__hash__() == hash(a), hash(a), round(a, -90), f"{a:,}"[:20], f"{b:x}", f"{-b:e}", f"{b:+_}"[:12])
import math
print(math.isqrt(a), math.gcd(a * 6, 4 * a) // a, math.factorial(30), math.comb(50, 25), math.lcm(12, 18), math.perm(10, 3), math.prod([10**15] * 3))
print((-a).to_bytes(60, "little", signed=True)[:4], int.from_bytes(a.to_bytes(50, "big"), "big") == a)
print((10**18 + 9) * (10**18 + 7), (2**64 - 1) ** 2, (-2**63) * (-2**63), 2**127 - 1, (2**128) // 3, (2**64) % 10**9)
