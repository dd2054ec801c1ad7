"""Integer and float arithmetic: signs, floors, remainders, powers."""
for a in (7, -7, 0):
    for b in (2, -2, 3):
        print(a, b, a + b, a - b, a * b, a // b, a % b, divmod(a, b), a / b)
print(2 ** 10, 2 ** -1, (-2) ** 3, -2 ** 2, 0 ** 0, 2.0 ** 0.5)
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2)
print(1_000_000 * 1_000_000, 0xFF, 0o17, 0b101, 1e3, 1_0.5_0)
print(~5, -(-5), +5, not 5, not 0)
print(6 & 3, 6 | 3, 6 ^ 3, 1 << 5, 1000 >> 3, -1 >> 1)
x = 5
x += 2; x -= 1; x *= 3; x //= 2; x **= 2; x %= 50; x <<= 2; x >>= 1; x |= 1; x &= 0xFF; x ^= 3
print(x)
x /= 4
print(x)
