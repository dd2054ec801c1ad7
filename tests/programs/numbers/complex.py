"""complex: literals, arithmetic, repr, methods, errors."""
a, b = 3 + 4j, 1 - 2j
print(a, b, a + b, a - b, a * b, a / b, -a, abs(a), a.real, a.imag, a.conjugate(), a ** 2, a == 3 + 4j, a != b, 1j * 1j, 2 ** 1j, a ** 0.5)
print(complex(1, 2), complex("1+2j"), complex("-j"), complex(" 3 "), complex(), complex(1j), complex("1e3-2.5j"), complex("nan+infj"))
print(repr(-0j), repr(0j), 1 + 0j, -1j, complex(-0.0, 1), complex(0, -0.0), [1j], complex(float("inf"), -1), 1e100j)
for bad in ("a < b", "a // b", "a % b", "int(a)", "float(a)", "complex('x')", "complex('1', 2)", "complex(1, 'x')", "a / 0", "0j ** -1", "divmod(a, b)", "round(a)", "complex('1 + 2j')"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(hash(1 + 0j) == hash(1), hash(2j), bool(0j), bool(1j), 3 == 3 + 0j, {1: "x"}[1 + 0j], f"{a:.2f} {a} {a!r} {1.5j:>10} {a:e}", sum([1j, 2]), complex(5).is_integer() if hasattr(complex, "is_integer") else "no")
