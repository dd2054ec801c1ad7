"""Joining and formatting of short texts of every width, in lists, tuples and other iterables."""
wide = ["a", "é", "日本", "😀", "", "z"]
for separator in ["", ", ", "é", "—", "😀"]:
    for count in range(len(wide) + 1):
        parts = wide[:count]
        results = {separator.join(parts), separator.join(tuple(parts)), separator.join(iter(parts)),
                   separator.join(dict.fromkeys(parts)) if count < 5 else separator.join(parts)}
        assert len(results) == 1
        print(ascii(results.pop()))


class Text(str):
    def __str__(self):
        return "shown"


print(type("".join([Text("x")])), type(",".join([Text("x")])), "".join([Text("own"), "y"]))
for wrong in [["a", 1], ("a", None), {"a": 1, 2: 3}, 5, "ab", [b"x"], ["only", 3.5]]:
    try:
        print(repr("-".join(wrong)))
    except TypeError as error:
        print(error)

print("%s: %s" % ("a", "b"), "%s" % "x", "<%s>" % 7, "%d%%" % 5, "%s" % "", "%s" % "é", "é%s" % "a")
print("%s=%d" % ("n", -3), "%d" % True, "%s" % True, "%s" % Text("t"), "%s%s" % ("日", "é"))
print("%s" % (("a", "b"),), "%s" % ["a"], "%s %s" % ("a", 2**70), "%d" % 3.9, "%s" % None)
for form, arguments in [("%s", ()), ("%s", ("a", "b")), ("", "a"), ("%", "a"), ("%d", "a"), ("%s %", ("a",)),
                        ("%(a)s", "a"), ("%s %s", "a"), ("plain", ()), ("plain", {}), ("plain", {"a": 1}), ("x", ("y",))]:
    try:
        print(repr(form % arguments))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)

first, *rest = ("a", 1, 2)
print(first, rest)
*start, last = [1, 2]
print(start, last)
a, *b, c, d = "wxyz"
print(a, b, c, d)
for items in [(), [1], {1: 2}, iter("a")]:
    try:
        x, *y, z = items
    except ValueError as error:
        print(error)
