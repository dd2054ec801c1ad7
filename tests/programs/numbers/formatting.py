"""format specifications for numbers, all the flags."""
for spec in ("", "5", "<5", ">5", "^5", "=+6", "+", "-", " ", "05", "x", "#x", "X", "o", "#o", "b", "#010b", ",", "_", "_x", "c", "n", "e", "f", "g", "%", ".2f", "*^9", "+,d", "é>5"):
    for value in (42, -42):
        try:
            print(repr(spec), repr(format(value, spec)))
        except (ValueError, OverflowError) as error:
            print(repr(spec), value, error)
for spec in ("", ".0f", ".3f", "10.2f", "<10.2f|", "+.1f", "e", ".3e", "E", "g", ".3g", "G", "%", ".1%", ",.2f", "_.1f", "010.3f", "#.0f", "#g", ".10", "n", "z.0f", " f", "=10", "d", "x", "s", ".2", "5.1", "^+10.1f"):
    for value in (1234.5678, -0.001234, 1e20, float("inf"), -0.0):
        try:
            print(repr(spec), repr(format(value, spec)))
        except ValueError as error:
            print(repr(spec), value, error)
            break
print("%d %i %5d|%-5d|%05d|%+d|% d" % (1, 2, 3, 4, 5, 6, 7), "%x %X %o %#x %#o" % (255, 255, 8, 255, 8), "%e %E %f %g %G" % (1.5, 1.5, 1.5, 1e10, 1e-10))
print("%.3f|%10.2f|%-10.1f|%+.1e|%%|%c|%c|%s|%r|%a" % (3.14159, 2.5, 1.25, 12345, 65, "z", "s", "r", "é"), "%(a)d %(b)s" % {"a": 1, "b": 2}, "%*d|%-*d|%.*f" % (5, 1, 5, 2, 2, 3.14159))
for fmt, args in (("%d", "x"), ("%d %d", (1,)), ("%d", (1, 2)), ("%z", 1), ("%", 1), ("%(a)d", 1), ("%(a)d", {}), ("%c", "ab"), ("%c", -1), ("%x", 1.5), ("%f", "a"), ("x", 5), ("x", {}), ("%d", 1.9), ("%s", ()), ("%s %s", "a"), ("%(", {})):
    try:
        print(repr(fmt % args))
    except Exception as error:
        print(fmt, args, "->", type(error).__name__, error)
