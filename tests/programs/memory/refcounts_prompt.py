"""Objects die when their last reference goes: __del__ order and moments."""
class D:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
d = D("a"); print("before"); d = None; print("after")
def f():
    x = D("local")
    print("in function")
f(); print("out")
l = [D("l0"), D("l1"), D("l2")]; del l[1]; print("--"); l.clear(); print("cleared")
D("temporary"); print("next")
x = D("old"); x = D("new"); print("rebound"); del x
t = (D("in tuple"),); u = t; del t; print("still"); del u
def gen():
    g = D("in generator")
    yield 1
    yield 2
it = gen(); next(it); print("suspended"); del it; print("gone")
d = {"k": D("value")}; d["k"] = 1; print("replaced"); d = {"k": D("popped")}; d.pop("k"); print("popped done")
try:
    y = D("raised"); raise ValueError(y)
except ValueError: del y; print("in handler")
print("after handler")
class A: pass
a = A(); a.attr = D("attribute"); del a.attr; print("--"); a.attr = D("with object"); del a
def arg(o): print("arg"); 
arg(D("argument")); print("end")
[D(i) for i in range(2)]; print("comprehension")
z = [D("cell")]
def closure(): return z
del z[0]
r = D("resurrect")
class Res:
    def __del__(self):
        global saved
        saved = self
        print("resurrected")
q = Res(); q = None; print(type(saved).__name__); saved = None; print("second death is silent")
class Bad:
    def __del__(self): raise ValueError("in del")
import sys
sys.unraisablehook = lambda u: print("unraisable", repr(u.exc_value))
b = Bad(); del b
s = "x" * 10; print(sys.getrefcount(s) >= 2); print("finish")
