"""Exceptions with attributes of their own."""

for error in (
    StopIteration(3), SystemExit(1, 2), KeyError(" "), OSError(2, "gone", "file"), OSError(13, "no"),
    OSError(17, "there", "a", None, "b"), OSError("just text"), ImportError("no x", name="x", path="p"),
    AttributeError("a", name="n", obj=1), NameError("b", name="n"),
    SyntaxError("bad", ("dir/file.py", 3, 4, "text", 3, 5)),
    UnicodeEncodeError("ascii", "caf\xe9", 3, 4, "why"), UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "why"),
    UnicodeTranslateError("abc", 0, 2, "why"), ExceptionGroup("many", [ValueError(1), KeyError(2)]),
):
    print(type(error).__name__, "|", error, "|", repr(error), "|", error.args)

try:
    raise ValueError("outer") from KeyError("inner")
except ValueError as error:
    print(repr(error.__cause__), error.__suppress_context__, error.__context__)
    error.add_note("a note")
    print(error.__notes__)

group = ExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [TypeError(2), ValueError(3)])])
match, rest = group.split(ValueError)
print(repr(match), repr(rest), repr(group.subgroup(lambda e: isinstance(e, TypeError))))
for bad in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [1]), lambda: ExceptionGroup("x", [SystemExit()])):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
