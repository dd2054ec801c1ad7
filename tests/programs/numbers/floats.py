"""float: repr, parsing, special values, methods, rounding, arithmetic edges."""
for x in (0.1, 1.0, -0.0, 1e16, 1e15, 123456789012345678.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, 2/3, 1e22, 1e23, 0.1 + 0.2, 100.0, 1e100, 2.5e-7, 4.35, 9007199254740993.0):
    print(x, repr(x), str(x) == repr(x), x.hex(), x.is_integer(), x.as_integer_ratio())
for text in ("1.5", " 2 ", "1e3", ".5", "5.", "inf", "-Infinity", "nan", "+1_0.0_1", "1e400", "1e-400", "0x1p3"):
    try:
        print(text, float(text))
    except ValueError as error:
        print(error)
for text in ("", "1.5.2", "e5", "1e", "_1.0", "1._5", "infin", "1 2"):
    try:
        float(text)
    except ValueError as error:
        print(error)
inf, nan = float("inf"), float("nan")
print(inf - inf, inf * 0, -inf < 0 < inf, nan != nan, inf == inf, inf // 1, 1 / inf, -1 / inf, inf > 10**400, max(1, nan), max(nan, 1), sorted([3, inf, -inf, 1]))
for text in ("1.0 / 0", "1.0 // 0", "1.0 % 0", "0.0 ** -1", "(-8.0) ** 0.5", "1e308 * 10", "2.0 ** 10000", "int(1e400)", "float('nan').as_integer_ratio()", "inf.as_integer_ratio()", "float.fromhex('zz')", "divmod(5.5, 0.0)"):
    try:
        print(text, "=", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(0.5), round(1e300, 2), round(5.015, 2), round(inf, 1), round(1.5, None))
print(7.5 // 2, -7.5 // 2, 7.5 % -2, -0.0 % 5, 5.5 % 1.1, divmod(-7.5, 2), 1e16 + 1, 0.1 * 3, 1 - 0.9, 3 * 1.1, 10 ** -2, 2 ** 0.5, (-1) ** 0.5)
print(float.fromhex("0x1.8p+1"), (1.5).hex(), float(3), float(True), (3.7).__trunc__(), (-3.7).__floor__(), (3.2).__ceil__(), 3.0 == 3, hash(3.0) == hash(3), hash(0.5), hash(inf), hash(-inf), hash(1e300))
print(0.0 == -0.0, 1 / float("1e308"), -0.0, 0.0 - 0.0, -0.0 + 0.0, -0.0 * 1, str(-0.0), abs(-0.0), sum([0.1] * 10), sum([1e100, 1.0, -1e100]), sum([0.1, 0.2, 0.3]))
print([float(f"1e{i}") for i in range(-6, 18, 4)], 1e5, 1.0e-10, 123e-7, float("1" * 30), 0.30000000000000004, 1.1 + 2.2)
