"""sympy: algebra, calculus, equations, matrices, number theory, logic, printing and parsing."""
from sympy import (
    Eq, Function, I, Integer, Integral, Interval, Matrix, Rational, S, Sum, apart, binomial, cos, diff, diophantine, dsolve, exp, expand, factor, factorint,
    gcd, groebner, integrate, isprime, latex, limit, linsolve, log, nsolve, oo, pi, pretty, prime, rsolve, satisfiable, series, simplify, sin, solve, solveset,
    sqrt, summation, symbols, sympify, tan, to_cnf, together, trigsimp, zeta,
)
from sympy.parsing.sympy_parser import implicit_multiplication_application, parse_expr, standard_transformations

x, y, z, n, k = symbols("x y z n k")
f = Function("f")

print(expand((x + y) ** 5), factor(x**6 - 1), simplify(sin(x) ** 2 + cos(x) ** 2))
print(apart(1 / (x * (x + 1) ** 2), x), together(1 / x + 1 / y), trigsimp(2 * sin(x) * cos(x)))
print(diff(exp(x**2) * sin(x), x), diff(x**x, x, 2))
print(integrate(1 / (x**2 + 1), x), integrate(exp(-(x**2)), (x, -oo, oo)), integrate(x**2 * log(x), x))
print(integrate(sin(x) / x, (x, 0, oo)), Integral(x, (x, 0, n)).doit())
print(limit(sin(x) / x, x, 0), limit((1 + 1 / n) ** n, n, oo), limit(tan(x), x, pi / 2, "-"))
print(series(exp(sin(x)), x, 0, 7), series(1 / cos(x), x, 0, 6))
print(solve(x**3 - 6 * x**2 + 11 * x - 6, x), solve([x + y - 3, x * y - 2], [x, y]), solve(x**2 + 1, x))
print(solveset(sin(x), x, Interval(0, 7)), linsolve([x + y - z, x - y, y + z - 3], x, y, z), nsolve(cos(x) - x, x, 1))
print(dsolve(Eq(f(x).diff(x, 2) + f(x), 0), f(x)), dsolve(f(x).diff(x) - 2 * x * f(x), f(x)))
print(summation(k**3, (k, 1, n)), factor(summation(k, (k, 1, n))), Sum(1 / k**2, (k, 1, oo)).doit(), zeta(4))
print(rsolve(Function("a")(n + 2) - Function("a")(n + 1) - Function("a")(n), Function("a")(n)))

m = Matrix([[2, 1, 0], [1, 3, 1], [0, 1, 4]])
print(m.det(), m.inv(), m.charpoly(x).as_expr(), m.rank(), m.rref()[1])
print(Matrix([[2, 1], [1, 2]]).eigenvals(), Matrix([[2, 1], [1, 2]]).diagonalize(), Matrix([[1, x], [y, 1]]).det())
print(Matrix([x**2 * y, x + y]).jacobian([x, y]), m.LUsolve(Matrix([1, 2, 3])).T)

print(factorint(2**64 - 1), isprime(2**127 - 1), prime(1000), gcd(x**4 - 1, x**2 - 1), binomial(50, 25))
print(sorted(map(str, diophantine(x**2 + y**2 - 25)))[:4], groebner([x**2 + y, x * y - 1], x, y, order="lex").exprs)
print(Rational(1, 3) + Rational(1, 6), sqrt(8), sqrt(2).evalf(40), (pi**2).n(30), (1 + I) ** 8, exp(I * pi))
print(sympify("1/3 + x**2*sin(pi/6)"), parse_expr("2x y + 3 sin x", transformations=standard_transformations + (implicit_multiplication_application,)))
a, b, c = symbols("a b c")
print(to_cnf((a & b) | c), sorted(satisfiable(a & ~b & (b | c)).items(), key=str), satisfiable(a & ~a), (a >> b).equals(~a | b))
print(Interval(0, 5).union(Interval.open(7, 9)).complement(S.Reals), Interval(0, 3) & Interval(2, 9))
print(latex(Integral(sqrt(x) / (1 + x**2), (x, 0, oo))), latex(Matrix([[x, 1], [Rational(1, 2), y]])))
print(pretty(Integral(exp(-(x**2)) / sqrt(x + 1), (x, 0, oo)), use_unicode=False))
print(pretty(Matrix([[x / y, 1], [sqrt(2), x**2]]), use_unicode=True))
print((x**2 + 2 * x + 1).subs(x, y - 1).expand(), Integer(10).is_prime, ((x + 1) ** 2).args, (x * y / z).free_symbols == {x, y, z})
