"""__new__ and __init__: order, other types, immutables, missing arguments."""
class N:
    def __new__(cls, *args):
        print("new", cls.__name__, args)
        return super().__new__(cls)
    def __init__(self, *args): print("init", args)
N(1, 2)
class Other:
    def __new__(cls): return 5
    def __init__(self): print("never")
print(Other())
class Upper(str):
    def __new__(cls, text): return super().__new__(cls, text.upper())
print(Upper("abc"), type(Upper("x")).__name__, type(Upper("x") + "y").__name__)
class Pair(tuple):
    def __new__(cls, a, b): return tuple.__new__(cls, (a, b))
    @property
    def first(self): return self[0]
print(Pair(1, 2), Pair(1, 2).first, Pair(1, 2) == (1, 2))
class BadInit:
    def __init__(self): return 5
for bad in ("BadInit()", "object(1)", "object.__new__()", "object.__new__(5)", "object.__new__(int)", "int.__new__(str)", "N.__init__()", "object.__init__(N(), 1)"):
    try:
        eval(bad)
    except TypeError as error:
        print(bad, "->", error)
class NoInit:
    def __new__(cls, x): 
        self = object.__new__(cls); self.x = x
        return self
print(NoInit(3).x)
class Sub(int):
    def __new__(cls, value, tag=None): return super().__new__(cls, value)
    def __init__(self, value, tag=None): self.tag = tag
s = Sub(5, tag="t"); print(s, s + 1, s.tag, type(s + 1).__name__)
class Reinit:
    def __init__(self, n): self.n = n
r = Reinit(1); r.__init__(2); print(r.n)
