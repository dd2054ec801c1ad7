"""ExceptionGroup and except*."""
def raiser():
    raise ExceptionGroup("many", [ValueError(1), TypeError("t"), ExceptionGroup("inner", [KeyError("k"), ValueError(2)])])
try:
    raiser()
except* ValueError as group:
    print("values", group, [repr(e) for e in group.exceptions])
except* (TypeError, KeyError) as group:
    print("others", repr(group))
else:
    print("no")
finally:
    print("finally")
try:
    try:
        raiser()
    except* ValueError:
        pass
except ExceptionGroup as rest:
    print("rest", repr(rest))
try:
    raise ValueError("plain")
except* ValueError as group:
    print(repr(group))
g = ExceptionGroup("g", [ValueError(1), OSError(2)])
print(g.subgroup(OSError), g.split(ValueError), g.message, g.exceptions, g.derive([KeyError()]))
print(BaseExceptionGroup("b", [KeyboardInterrupt()]), type(BaseExceptionGroup("b", [ValueError()])))
for bad in ("ExceptionGroup('x', [])", "ExceptionGroup('x', [KeyboardInterrupt()])", "ExceptionGroup('x', 5)", "ExceptionGroup()", "ExceptionGroup('x', [5])"):
    try:
        eval(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
try:
    try:
        raise ExceptionGroup("a", [ValueError(1)])
    except* ValueError:
        raise KeyError("new")
except ExceptionGroup as group:
    print(repr(group))
except KeyError as error:
    print("key", repr(error), repr(error.__context__))
