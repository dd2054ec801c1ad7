"""Metaclasses: creation, __prepare__, call, conflict, keywords, __init_subclass__."""
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"injected": 1}
    def __new__(mcs, name, bases, namespace, **kw):
        print("new", name, sorted(k for k in namespace if not k.startswith("__")))
        return super().__new__(mcs, name, bases, namespace)
    def __init__(cls, name, bases, namespace, **kw):
        print("init", name, kw)
    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)
    def __getattr__(cls, name): return f"meta {name}"
    def __len__(cls): return 42
    def __iter__(cls): return iter("xyz")
    def __contains__(cls, item): return item == 5
    def __instancecheck__(cls, obj): return obj == "pretend"
    def __subclasscheck__(cls, sub): return sub is int
    def __repr__(cls): return f"<{cls.__name__}>"
class A(metaclass=Meta, option=1):
    x = 1
    def __init__(self, v): self.v = v
print(A.injected, A.anything, len(A), list(A), 5 in A, isinstance("pretend", A), issubclass(int, A), A, type(A))
a = A(7); print(a.v)
class B(A): pass
print(type(B))
class Other(type): pass
try:
    class C(A, metaclass=Other): pass
except TypeError as error:
    print(error)
T = type("T", (int,), {"double": lambda self: self * 2})
print(T(4).double(), T.__name__, T.__module__)
class Base:
    registry = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        Base.registry.append((cls.__name__, tag))
class S1(Base, tag="one"): pass
class S2(S1): pass
print(Base.registry)
try:
    class S3(Base, unknown=1): pass
except TypeError as error:
    print(error)
def meta_function(name, bases, ns): return name, len(bases)
class F(int, metaclass=meta_function): pass
print(F)
class Single(type):
    _it = {}
    def __call__(cls, *a):
        if cls not in cls._it: cls._it[cls] = super().__call__(*a)
        return cls._it[cls]
class One(metaclass=Single): pass
print(One() is One())
class Entry:
    def __mro_entries__(self, bases): return (list,)
class FromEntry(Entry()): pass
print(FromEntry.__mro__[1], FromEntry.__orig_bases__[0].__class__.__name__)
for bad in ("type('x', 5, {})", "type('x', (), 5)", "type(5, (), {})", "type('a', (), {}, x=1)", "type('a\\0b', (), {})", "type.__new__(int, 'x', (), {})", "type.__call__(5)"):
    try:
        eval(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
