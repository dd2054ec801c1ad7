"""Cycles are collected; finalizers run once; gc module."""
import gc, weakref
gc.disable()
class N:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
a = N("a"); a.me = a; w = weakref.ref(a); del a
print(w() is not None); gc.collect(); print(w())
x, y = N("x"), N("y"); x.o, y.o = y, x; del x, y
print(gc.collect() >= 2)
l = []; l.append(l); wr = len(l); del l; print(gc.collect() >= 1)
d = {}; d["self"] = d; del d; print(gc.collect() >= 1)
class G: pass
def gen(g):
    g.gen = me
    yield
g = G(); me = gen(g); next(me); ref = weakref.ref(g); del g, me; gc.collect(); print(ref())
def f():
    def inner(): return inner
    return weakref.ref(inner)
r = f(); gc.collect(); print(r())
class C:
    def __init__(self): self.method = self.m
    def m(self): pass
c = weakref.ref(C()); gc.collect(); print(c())
try:
    class E(ValueError): pass
    raise E
except ValueError as e:
    e.self = e; er = weakref.ref(e)
gc.collect(); print(er())
class K: pass
K.me = K; kr = weakref.ref(K); del K; gc.collect(); print(kr())
print(gc.isenabled(), gc.get_threshold()[0] > 0, gc.is_tracked([]), gc.is_tracked(1), len(gc.get_count()), gc.garbage)
gc.enable(); print(gc.isenabled())
n = N("r"); n.lst = [n]; refs = gc.get_referents(n.lst); print(refs[0] is n); del refs; n.lst.clear(); del n
class R:
    def __del__(self): keep.append(self)
keep = []; o = R(); o.c = o; del o; gc.collect(); print(len(keep)); keep[0].c = None; keep.clear(); print(len(keep))
for _ in range(3000):
    q = []; q.append(q)
print("many cycles")
