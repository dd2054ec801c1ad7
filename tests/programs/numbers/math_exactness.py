"""Sums and lengths that rounding would spoil, and the words of errors."""
import math

print(math.fsum([0.1] * 10), math.fsum([1e100, 1.0, -1e100, 1e-100]))
print(math.sumprod([10, 20, 30], [1, 2, 3]), math.sumprod([0.1] * 10, [1] * 10))
print(math.hypot(3, 4), math.dist((1, 2, 3), (4, 5, 6.5)), math.hypot(5e-324, 0))
print(math.comb(100, 50), math.perm(20, 5), math.isqrt(10**40), math.factorial(25))
print(math.gcd(2**70, 6**40), math.lcm(12, 18, 30))
print(math.nextafter(1, 2, steps=3), math.ulp(1e16), math.fma(0.1, 10, -1))
print(math.gamma(-1.5), math.lgamma(100.5), math.remainder(2.5, 1))
print(math.log(10**400), math.log2(2**2000), math.floor(-1e20), math.trunc(2.9))

for call in (
    lambda: math.sqrt(-1),
    lambda: math.log(0),
    lambda: math.acos(2),
    lambda: math.gamma(0),
    lambda: math.exp(1000),
    lambda: math.fsum([math.inf, -math.inf]),
    lambda: math.sumprod([1], [1, 2]),
    lambda: math.isqrt(-1),
    lambda: math.comb(-1, 2),
    lambda: math.ldexp(1, 1.0),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
