"""Special methods of every kind, found on the type and not the instance."""
class Vector:
    def __init__(self, *v): self.v = v
    def __repr__(self): return f"Vector{self.v}"
    def __str__(self): return "<" + ",".join(map(str, self.v)) + ">"
    def __eq__(self, o): return isinstance(o, Vector) and self.v == o.v
    def __hash__(self): return hash(self.v)
    def __bool__(self): return any(self.v)
    def __len__(self): return len(self.v)
    def __getitem__(self, i): return self.v[i]
    def __contains__(self, x): return x in self.v
    def __iter__(self): return iter(self.v)
    def __reversed__(self): return iter(self.v[::-1])
    def __add__(self, o): return Vector(*map(sum, zip(self.v, o.v)))
    def __mul__(self, k): return Vector(*(x * k for x in self.v))
    __rmul__ = __mul__
    def __matmul__(self, o): return sum(a * b for a, b in zip(self.v, o.v))
    def __neg__(self): return self * -1
    def __abs__(self): return sum(x * x for x in self.v) ** 0.5
    def __call__(self, *a, **k): return a, k
    def __int__(self): return int(self.v[0])
    def __float__(self): return float(self.v[0])
    def __index__(self): return self.v[0]
    def __complex__(self): return complex(*self.v[:2])
    def __round__(self, n=None): return ("round", n)
    def __trunc__(self): return "trunc"
    def __floor__(self): return "floor"
    def __ceil__(self): return "ceil"
    def __divmod__(self, o): return "divmod", o
    def __pow__(self, o, m=None): return "pow", o, m
    def __dir__(self): return ["zebra", "apple"]
    def __sizeof__(self): return 7
    def __bytes__(self): return bytes(self.v)
    def __format__(self, spec): return f"fmt({spec})"
    def __lt__(self, o): return self.v < o.v
    def __length_hint__(self): return 3
v, w = Vector(3, 4), Vector(1, 2)
print(v, repr(v), v == w, v != w, v == 5, bool(v), bool(Vector(0)), len(v), v[0], v[-1:], 4 in v, list(v), list(reversed(v)))
print(v + w, v * 2, 2 * v, v @ w, -v, abs(v), v(1, k=2), int(v), float(v), complex(v), [10, 20, 30, 40][v], hex(v), range(10)[v])
print(round(v), round(v, 2), divmod(v, 1), pow(v, 2), pow(v, 2, 3), v ** 5, dir(v), bytes(v), f"{v:abc}", format(v), v < w, v > w, hash(v) == hash(Vector(3, 4)))
import math
print(math.trunc(v), math.floor(v), math.ceil(v), v.__sizeof__())
v.__len__ = lambda: 99
print(len(v), v.__len__())
for bad in ("v - w", "v / 2", "~v", "v <= w", "v += 5", "v[0] = 1", "del v[0]", "v << 1", "5 - v", "v & w", "with v: pass", "+v", "await_ = v.__await__"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
