"""Exception classes: args, str, repr, attributes, notes, hierarchy."""
class AppError(Exception):
    def __init__(self, code, message):
        super().__init__(code, message)
        self.code = code
    def __str__(self): return f"[{self.code}] {self.args[1]}"
try:
    raise AppError(404, "missing")
except AppError as error:
    print(error, repr(error), error.args, error.code)
class Plain(ValueError): pass
print(repr(Plain()), str(Plain()), repr(Plain(1)), str(Plain(1, 2)), isinstance(Plain(), Exception), Plain.__mro__[1])
e = Exception("x")
e.add_note("first note"); e.add_note("second")
print(e.__notes__)
try:
    e.add_note(5)
except TypeError as error:
    print(error)
print(KeyError("k"), str(KeyError("k")), KeyError(), KeyError(1, 2), str(OSError(2, "No", "file")), OSError(2, "No").errno)
o = OSError(2, "No such", "a", None, "b")
print(type(o), o, o.filename, o.filename2, o.strerror, o.args)
print(repr(SystemExit(3)), SystemExit(3).code, StopIteration(4).value, repr(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")))
print(UnicodeEncodeError("ascii", "é", 0, 1, "why"), UnicodeTranslateError("é", 0, 1, "why"))
s = SyntaxError("msg", ("file", 1, 2, "text"))
print(s, s.filename, s.lineno, s.offset, s.text, repr(s))
i = ImportError("m", name="n", path="p"); print(i, i.name, i.path)
a = AttributeError("m", name="n", obj=5); print(a.name, a.obj)
e.args = [1, 2]; print(e.args, e)
try:
    e.args = 5
except TypeError as error:
    print(error)
print(e.with_traceback(None) is e, e.__traceback__)
for name in ("ArithmeticError", "LookupError", "OSError", "Warning", "RuntimeError"):
    print(name, sorted(c.__name__ for c in getattr(__builtins__, name).__subclasses__() if c.__module__ == "builtins"))
