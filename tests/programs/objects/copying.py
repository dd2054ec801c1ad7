"""copy and deepcopy, __copy__, __deepcopy__, __reduce__, cycles."""
import copy
a = [1, [2, 3], {"k": (4, [5])}]
b, c = copy.copy(a), copy.deepcopy(a)
a[1].append(99); a[2]["k"][1].append(6)
print(b, c, b[1] is a[1], c[1] is a[1])
class P:
    def __init__(self, x): self.x = x
p = P([1]); q = copy.copy(p); r = copy.deepcopy(p); p.x.append(2)
print(q.x, r.x, type(r).__name__)
cyc = []; cyc.append(cyc); d = copy.deepcopy(cyc); print(d[0] is d)
class Custom:
    def __copy__(self): return "copied"
    def __deepcopy__(self, memo): return "deep"
print(copy.copy(Custom()), copy.deepcopy([Custom()]))
print(copy.copy(5), copy.deepcopy("x"), copy.copy((1, 2)), copy.deepcopy(frozenset([1])), copy.copy(len) is len, copy.deepcopy(P) is P)
class S:
    __slots__ = ("a",)
s = S(); s.a = [1]; t = copy.deepcopy(s); print(t.a, t.a is s.a)
class G:
    def __init__(self): self.v = 1
    def __getstate__(self): return {"v": 10}
    def __setstate__(self, state): self.v = state["v"] + 1
print(copy.copy(G()).v)
print(copy.replace(__import__("dataclasses").make_dataclass("D", ["x", "y"])(1, 2), y=5))
