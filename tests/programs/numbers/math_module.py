"""math: ordinary values and domain errors."""
import math
print(math.pi, math.e, math.tau, math.inf, math.nan)
for name, args in (("sqrt", (2,)), ("floor", (-1.5,)), ("ceil", (-1.5,)), ("trunc", (-1.5,)), ("fabs", (-2,)), ("fmod", (-7, 3)), ("remainder", (7, 4)), ("hypot", (3, 4)), ("dist", ((0, 0), (3, 4))), ("copysign", (1, -0.0)), ("frexp", (10.0,)), ("ldexp", (0.5, 4)), ("modf", (-1.25,)), ("gcd", (12, 18, 27)), ("lcm", (4, 6)), ("isqrt", (17,)), ("comb", (5, 2)), ("perm", (5, 2)), ("factorial", (10,)), ("prod", ([1, 2, 3],)), ("fsum", ([0.1] * 10,)), ("isclose", (0.1 + 0.2, 0.3)), ("degrees", (math.pi,)), ("log2", (8,)), ("log10", (1000,)), ("log", (8, 2)), ("exp", (0,)), ("pow", (2, 10)), ("cbrt", (8,)), ("ulp", (1.0,)), ("nextafter", (1.0, 2.0)), ("sumprod", ([1, 2], [3, 4])), ("isfinite", (1e308,)), ("isnan", (math.nan,)), ("isinf", (-math.inf,)), ("fma", (2.0, 3.0, 4.0)), ("log2", (2**2000,)), ("sqrt", (10**300,)), ("trunc", (10**20,)), ("floor", (5,)), ("exp2", (3,))):
    print(name, getattr(math, name)(*args))
for text in ("math.sqrt(-1)", "math.log(0)", "math.log(-1)", "math.exp(1000)", "math.factorial(-1)", "math.factorial(1.5)", "math.floor(math.inf)", "math.ceil(math.nan)", "math.fmod(1, 0)", "math.gcd(1.5)", "math.isqrt(-1)", "math.comb(-1, 2)", "math.sqrt('x')", "math.hypot('a')", "math.pow(0, -1)", "math.acos(2)", "math.log(1, 1)", "math.ldexp(1.0, 10**10)", "math.sqrt()", "math.pi()", "math.sin(math.inf)", "math.prod(5)", "math.fsum(['x'])", "math.isclose(1, 1, rel_tol=-1)"):
    try:
        print(text, eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)
print(round(math.sin(1), 12), round(math.cos(1), 12), round(math.atan2(1, -1), 12), round(math.sinh(1), 12), round(math.gamma(5.5), 9), round(math.erf(0.5), 12), round(math.lgamma(10), 9))
