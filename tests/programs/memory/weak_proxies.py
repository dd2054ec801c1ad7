"""weakref.proxy: operations pass through, the dead one says so, callbacks are called."""
import weakref


class Number:
    def __init__(self, n): self.n = n
    def __add__(self, other): return ("add", self.n, other)
    def __radd__(self, other): return ("radd", other, self.n)
    def __iadd__(self, other): self.n += other; return self
    def __len__(self): return self.n
    def __getitem__(self, key): return key * 2
    def __contains__(self, item): return item == self.n
    def __iter__(self): return iter([self.n])
    def __bool__(self): return False
    def __eq__(self, other): return self.n == other
    def __bytes__(self): return b"n"


x = Number(3)
p = weakref.proxy(x, lambda q: print("dead", q is p))
print(type(p), p.__class__.__name__, p is weakref.proxy(x), weakref.proxy(x) is weakref.proxy(x))
print(p + 1, 1 + p, len(p), p[4], 3 in p, list(p), bool(p), p == 3, bytes(p), p.n)
p.n = 5
print(x.n, weakref.getweakrefcount(x))
for bad in (lambda: hash(p), lambda: next(p), lambda: p(), lambda: -p, lambda: weakref.proxy(1)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
del x
for use in (lambda: p.n, lambda: p + 1, lambda: len(p)):
    try:
        use()
    except ReferenceError as error:
        print(error)
def function(a, *, b): return a, b
call = weakref.proxy(function)
print(type(call), call(1, b=2))
