"""int: construction, conversion, methods, bases, boundaries of the machine word."""
for text in ("12", " -7 ", "+3", "1_000", "0", "-0", "९"):
    print(repr(text), int(text))
for text in ("", " ", "1.5", "_1", "1__0", "1_", "0x10", "abc", "1 2", "--1"):
    try:
        int(text)
    except ValueError as error:
        print(error)
print(int("ff", 16), int("0xff", 16), int("0b11", 0), int("z", 36), int("0o17", 0), int("-0x1F", 0), int(b"12"), int(3.99), int(-3.99), int(True))
for n in (0, 1, -1, 2**30, 2**31, 2**61, 2**62 - 1, 2**62, 2**63 - 1, 2**63, -2**62, -2**62 - 1, -2**63, 2**64):
    print(n, n.bit_length(), n.bit_count(), hex(n), n + 1 - 1 == n, -n, n * n // (n or 1), n >> 3, n << 3, ~n)
print((2**62 - 1) + 1, (-2**62) - 1, 2**31 * 2**31, (2**62 - 1) * 2, -(-2**62), abs(-2**62), (2**63 - 1) + (2**63 - 1))
print((5).to_bytes(2, "big"), (-5).to_bytes(2, "little", signed=True), int.from_bytes(b"\x01\x00", "big"), int.from_bytes(b"\xff", signed=True), (255).to_bytes())
print((7).conjugate(), (7).real, (7).imag, (7).numerator, (7).denominator, (6).as_integer_ratio(), (3).is_integer(), (5).__index__())
for bad in ("(256).to_bytes(1)", "(-1).to_bytes(1)", "1 << -1", "1 >> -1", "1 // 0", "1 % 0", "divmod(1, 0)", "0 ** -1", "int('9' * 5000)", "str(10 ** 5000)", "int('1', 1)", "int(float('nan'))", "int(float('inf'))", "pow(2, 3, 0)", "pow(2, -1, 4)"):
    try:
        print(bad, "=", eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(pow(3, 200, 1000007), pow(2, -1, 7), pow(-3, 3, 5), pow(3, 2, -5), 7 // -2, -7 % 3, True + True, True * 3, -True, ~True & 0xFF)
print(round(12345, -2), round(15, -1), round(25, -1), round(-15, -1), round(5), int.__name__, (10).__divmod__(3), (1).__add__(1.5), (3).__pow__(2))
print(1 if 10**20 == 10**20 else 0, 10**20 is not None, hash(2**61 - 1), hash(2**61), hash(-1), hash(-2), hash(10**30), hash(True))
