"""Binding, evaluation once, sequences that are none, class patterns' errors, guards."""
def once():
    print("subject evaluated")
    return [1, [2, 3]]
match once():
    case [a, [b, c]] if a > 1: print("no", a)
    case [a, [b, *c]] as whole: print(a, b, c, whole)
print(a, b, c)
match "abc":
    case [x, y, z]: print("str is a sequence")
    case _: print("str is no sequence")
match bytearray(b"ab"), range(2):
    case [_, [p, q]]: print(p, q)
match {"a": 1, "b": {"c": [10, 20]}}:
    case {"b": {"c": [first, *_]}}: print(first)
match 5:
    case n if n < 3: print("small")
    case n if n < 10: print("medium", n)
match (1, 2, 3, 4, 5):
    case [first, *middle, last]: print(first, middle, last)
match (1, 2):
    case 1, 2: print("open sequence")
match 5,:
    case [x]: print("tuple", x)
class NoArgs: pass
class BadArgs: __match_args__ = 5
class BadNames: __match_args__ = (1,)
for subject, text in ((NoArgs(), "NoArgs(1)"), (BadArgs(), "BadArgs(1)"), (BadNames(), "BadNames(1)"), (1, "int(1, 2)"), (1, "len(x)"), (NoArgs(), "NoArgs(x=1)")):
    try:
        exec(f"match subject:\n  case {text}: print('matched')\n  case _: print('not matched')")
    except TypeError as error:
        print(text, "->", error)
class Dup:
    __match_args__ = ("a", "a")
    a = 1
try:
    match Dup():
        case Dup(1, 1): pass
except TypeError as error:
    print(error)
class Lazy:
    def __getattr__(self, name):
        print("getattr", name)
        raise AttributeError(name)
match Lazy():
    case Lazy(zip=1): print("never")
    case Lazy(): print("matched type")
for bad in ("match x:\n case y: pass\n case z: pass", "match x:\n case [a, a]: pass", "match x:\n case a | b: pass", "match x:\n case {'k': 1, 'k': 2}: pass", "match x:\n case [*a, *b]: pass", "match x:\n case f(a=1, a=2): pass", "match x:\n case {**rest, 'a': 1}: pass", "match x:\n case 1 + 1: pass", "match x:\n case -a: pass", "match x:\n case _ as _: pass", "match x:\n case (a, 1) | (b, 2): pass", "match x:\n case f'': pass"):
    try:
        compile(bad, "f", "exec"); print("fine", repr(bad))
    except SyntaxError as error:
        print(error.msg)
match = 5; case = 6; print(match, case, [match, case])
match (match):
    case 5: print("soft keywords")
