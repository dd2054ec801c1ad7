"""cmath: branch cuts keep the sign of zero; infinities follow the tables."""
import cmath

inf = float("inf")
for z in (complex(-2, 0.0), complex(-2, -0.0), 1j, 3 + 4j, complex(inf, -inf)):
    print(z, cmath.sqrt(z), cmath.log(z))
print(cmath.exp(complex(-inf, 1.4)), cmath.cosh(complex(inf, 2)), cmath.tanh(1000 + 1j))
print(cmath.polar(1 + 1j), cmath.rect(2, 0), cmath.phase(-0.0))
for call in (lambda: cmath.log(0), lambda: cmath.exp(1000), lambda: cmath.cosh(complex(0, inf))):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
