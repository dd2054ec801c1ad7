"""Special methods that return the wrong thing, raise or lie."""
class Bad:
    def __init__(self, **kw): self.__dict__.update(kw)
def make(**methods): return type("Bad", (), {k: (lambda v: lambda *a: v)(v) for k, v in methods.items()})()
for text in ("len(make(__len__=-1))", "len(make(__len__=1.5))", "len(make(__len__=2**70))", "bool(make(__len__=-1))", "bool(make(__bool__=1))", "hash(make(__hash__='x'))", "hash(make(__hash__=2**100))", "str(make(__str__=5))", "repr(make(__repr__=5))", "format(make(__format__=5))", "int(make(__int__='x'))", "int(make(__index__=1.5))", "float(make(__float__=1))", "complex(make(__complex__=1))", "bytes(make(__bytes__='x'))", "iter(make(__iter__=5))", "list(make(__iter__=[]))", "[1, 2][make(__index__='a')]", "range(make(__index__=2**70))", "list(make(__length_hint__=-5, __iter__=iter([1])))", "list(make(__length_hint__='x', __iter__=iter([1])))", "list(make(__length_hint__=2**62, __iter__=iter([1])))", "[*make(__getitem__=5, __len__=2)][:1] if 0 else 'skipped'", "dir(make(__dir__=5))", "1 in make(__contains__='truthy')", "round(make(__round__='r'))", "divmod(make(__divmod__='d'), 1)", "make(__enter__=1) and exec('with make(__enter__=1): pass')", "isinstance(1, make(__instancecheck__='yes'))", "abs(make(__abs__='abs'))", "sorted(make(__iter__=iter([3, 1])))", "reversed(make(__len__=2, __getitem__=7)).__next__()", "print(make(__str__='ok'), end='!\\n')", "'%s %r %d' % (make(__str__='s'), make(__repr__='r'), make(__int__=5, __index__=5))", "sum(make(__iter__=iter([1, 2])))", "dict(make(keys=['a'], __getitem__=1))", "dict(make(keys=5, __getitem__=1))", "'-'.join(make(__iter__=iter(['a', 'b'])))", "''.join(make(__iter__=iter([1])))", "open(make(__fspath__=5))", "max(make(__iter__=iter([])))", "zip(make(__iter__=5))", "chr(make(__index__=65))", "'a' * make(__index__=3)", "bytes(make(__index__=3))", "make(__call__='c')()", "slice(0, make(__index__='x')).indices(5)", "memoryview(make())", "hash(make(__hash__=-1))", "int.from_bytes(make(__bytes__=b'a'))", "float(make(__index__=3))", "make(__getattribute__=5).anything", "type(make(__class__=int))", "isinstance(make(), int)", "pow(2, make(__index__=3))", "make(__eq__=[]) == 1", "not make(__bool__=None)"):
    try:
        print(text, "=", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)
class Raises:
    def __eq__(self, o): raise RuntimeError("eq")
    def __hash__(self): raise RuntimeError("hash")
    def __repr__(self): raise RuntimeError("repr")
    def __bool__(self): raise RuntimeError("bool")
    def __iter__(self): raise RuntimeError("iter")
    def __len__(self): raise RuntimeError("len")
    def __lt__(self, o): raise RuntimeError("lt")
    def __index__(self): raise RuntimeError("index")
    def __getattr__(self, n): raise RuntimeError("getattr")
    def __call__(self): raise RuntimeError("call")
for text in ("Raises() == 1", "{Raises()}", "{Raises(): 1}", "[Raises()].index(1)", "1 in [Raises()]", "repr([Raises()])", "not Raises()", "Raises() and 1", "list(Raises())", "[*Raises()]", "len(Raises())", "sorted([Raises(), Raises()])", "min(Raises(), Raises())", "[1][Raises()]", "Raises().x", "hasattr(Raises(), 'x')", "Raises()()", "a, b = Raises()", "for x in Raises(): pass", "assert Raises()", "print(Raises())", "f'{Raises()}'", "if Raises(): pass", "while Raises(): pass", "x = [Raises()] == [1]", "'a'.join(Raises())", "dict(Raises())", "'a'[Raises():]", "{1: 2}[Raises()]", "set([1]) | {Raises()}", "raise Raises()", "any([Raises()])", "Raises() < 1", "range(Raises())", "match = Raises() if Raises() else 1"):
    try:
        exec(text); print(text, "fine")
    except Exception as error:
        print(text, "->", type(error).__name__, error)
