"""str.format and format strings: fields, attributes, indexes, nesting, conversions."""
class P:
    x, items, d = 5, [1, [2, 3]], {"k": "v", "1": "one"}
print("{} {}".format(1, 2), "{1} {0}".format(1, 2), "{0}{0}".format("a"), "{a} {b}".format(a=1, b=2), "{0.x} {0.items[1][0]} {0.d[k]}".format(P), "{{}} {{{}}}".format(5), "{!r} {!s} {!a}".format("é", "é", "é"))
print("{:>{w}}|{:<{}}|{:{f}^{w}}".format("a", "b", 4, "c", w=6, f="*"), "{:{}.{}f}".format(3.14159, 8, 2), "{0:{1}}".format(5, "03"), "{:s}".format("x"), "{:10}|{:<10}|{:^10}".format("left", 1, True), "{:.2}".format("truncate"), "{:>5.1}".format("xyz"))
from string import Template, Formatter
print(Template("$a ${b}c $$").substitute(a=1, b=2), Template("$a $missing").safe_substitute(a=1), list(Formatter().parse("a{b!r:c}d{{}}")))
try:
    Template("$missing").substitute()
except KeyError as error:
    print("KeyError", error)
try:
    Template("$ bad").substitute()
except ValueError as error:
    print(error)
for bad in ("'{:d}'.format('x')", "'{:5.2d}'.format(1)", "'{:,s}'.format('x')", "'{:=5}'.format('x')", "'{:+}'.format('x')", "'{:.f}'.format(1.0)", "'{:zz}'.format(1)", "'{0[}'.format(1)", "'{a b}'.format(1)", "'{:{}}'.format(1)", "'{0.__class__.nothing}'.format(1)", "format([], 'x')", "'{0!}'.format(1)", "'{:99999999999999999999}'.format(1)", "'{:.99999999999999999999f}'.format(1.0)"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
