"""weakref: ref, proxy, callbacks, dictionaries, finalize."""
import weakref, gc
class A:
    def __init__(self, n=0): self.n = n
    def hello(self): return f"hello {self.n}"
    def __len__(self): return 3
    def __eq__(self, o): return isinstance(o, A) and self.n == o.n
    def __hash__(self): return hash(self.n)
a = A(1); r = weakref.ref(a); print(r() is a, r == weakref.ref(a), r is weakref.ref(a), weakref.getweakrefcount(a), hash(r) == hash(a))
cb = weakref.ref(a, lambda ref: print("callback", ref() is None))
p = weakref.proxy(a); print(p.n, p.hello(), len(p), p == A(1), p.__class__.__name__); p.n = 5; print(a.n)
del a; print(r(), weakref.ref(A()) () )
try:
    p.n
except ReferenceError as error:
    print(error)
d = weakref.WeakValueDictionary(); x = A(2); d["x"] = x; print(len(d), d["x"].n, list(d)); del x; print(len(d), "x" in d)
k = weakref.WeakKeyDictionary(); y = A(3); k[y] = 1; print(len(k)); del y; print(len(k))
s = weakref.WeakSet(); z = A(4); s.add(z); print(len(s), z in s); del z; print(len(s))
o = A(6); f = weakref.finalize(o, print, "finalized"); print(f.alive); del o; print(f.alive)
class M:
    def m(self): return "method"
m = M(); wm = weakref.WeakMethod(m.m); print(wm()()); del m; print(wm())
for bad in (5, "x", None, [], {}, (1,), object()):
    try:
        weakref.ref(bad); print("fine", type(bad).__name__)
    except TypeError as error:
        print(error)
weakref.ref({1}.__class__); weakref.ref(len); weakref.ref(A.hello); weakref.ref({1}); print("sets, functions, types")
class S: __slots__ = ()
try:
    weakref.ref(S())
except TypeError as error:
    print(error)
class W: __slots__ = ("__weakref__",)
print(weakref.ref(W())() )
e = A(7); er = weakref.ref(e, lambda r: 1 / 0)
import sys
sys.unraisablehook = lambda u: print("ignored", u.exc_type.__name__)
del e
refs = []; b = A(8)
for i in range(3): refs.append(weakref.ref(b, lambda r, i=i: print("cb", i)))
del b
