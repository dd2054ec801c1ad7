"""__slots__: layout, errors, inheritance, with and without __dict__."""
class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
p = P(1, 2)
print(p.x, p.y, P.x, P.__slots__, hasattr(p, "__dict__"))
for bad in ("p.z = 1", "p.__dict__", "del p.x; p.x", "del p.x", "P.x.__get__(5, int)"):
    try:
        exec(bad)
    except (AttributeError, TypeError) as error:
        print(bad, "->", type(error).__name__, error)
class Q(P):
    __slots__ = ["z"]
q = Q(1, 2); q.z = 3; print(q.x, q.z)
class R(P): pass
r = R(1, 2); r.extra = 5; print(r.extra, r.__dict__, r.x)
class S:
    __slots__ = ("a", "__dict__", "__weakref__")
s = S(); s.a = 1; s.b = 2; print(s.__dict__, s.a)
class Private:
    __slots__ = ("__hidden", "_x")
    def __init__(self): self.__hidden = 1
print(Private()._Private__hidden, Private.__slots__)
for bad in ("class T:\n    __slots__ = 'x'\n    x = 1", "class T:\n    __slots__ = (1,)", "class T:\n    __slots__ = ('a b',)", "class T(int):\n    __slots__ = ('x',)", "class A:\n    __slots__='a',\nclass B:\n    __slots__='b',\nclass C(A, B): pass", "class T(P):\n    __slots__ = ('__dict__', '__dict__')"):
    try:
        exec(bad)
        print("fine", bad.split("\n")[1])
    except (TypeError, ValueError) as error:
        print(repr(bad), "->", type(error).__name__, error)
class U:
    __slots__ = {"a": "doc of a"}
print(U.a.__doc__, type(U.a).__name__)
class One: __slots__ = "single"
o = One(); o.single = 1; print(o.single)
class L(list):
    __slots__ = ("tag",)
l = L([1]); l.tag = "t"; print(l, l.tag)
