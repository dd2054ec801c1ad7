"""decimal and fractions in everyday use."""
from decimal import Decimal, getcontext, ROUND_HALF_UP, ROUND_HALF_EVEN, InvalidOperation, localcontext
from fractions import Fraction
print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / Decimal(3), Decimal("1.10") * 2, Decimal("2.50").normalize(), Decimal("1e3"), -Decimal("0"), Decimal(10) ** 2)
print(Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("2.665").quantize(Decimal("0.01"), ROUND_HALF_EVEN), Decimal("7") // 2, Decimal("-7") % 3, Decimal("1.5") == 1.5, Decimal("NaN"), Decimal("Infinity"))
print(repr(Decimal("1.20")), Decimal("1.20").as_tuple(), f"{Decimal('1234.567'):,.2f}", Decimal("3.7").to_integral_value(), int(Decimal("9.9")), Decimal(2).sqrt(), hash(Decimal(1)) == hash(1), Decimal("1") < 2 < Decimal("3"))
with localcontext() as ctx:
    ctx.prec = 5
    print(Decimal(1) / 7)
try:
    Decimal("x")
except InvalidOperation as error:
    print(error)
try:
    Decimal(1) + 1.5
except TypeError as error:
    print(error)
print(Fraction(1, 3) + Fraction(1, 6), Fraction("0.125"), Fraction(3, -6), Fraction(1.5), Fraction(7, 2) // 1, Fraction(7, 2) % 1, Fraction(1, 2) ** 2, Fraction(1, 2) == 0.5, float(Fraction(1, 4)), Fraction(22, 7).limit_denominator(5), repr(Fraction(4, 8)), Fraction(5, 2).numerator, round(Fraction(5, 2)), Fraction(1, 2) < Decimal("0.6") if False else "skip", sum([Fraction(1, n) for n in range(1, 6)]))
try:
    Fraction(1, 0)
except ZeroDivisionError as error:
    print(error)
