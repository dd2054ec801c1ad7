"""pickle protocols, classes, reduce, errors."""
import pickle
class P:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.x == o.x
class S:
    __slots__ = ("a",)
class R:
    def __reduce__(self): return (list, ((1, 2),))
class G:
    def __getstate__(self): return 5
    def __setstate__(self, s): self.s = s
s = S(); s.a = 3
values = [1, -1, 2**70, 1.5, "é", b"b", None, True, (1,), (), [1, [2]], {"a": {1, 2}}, frozenset([1]), 1 + 2j, P([1]), R(), bytearray(b"x"), range(3), len, P, int, ..., slice(1, 2), KeyError("k")]
for protocol in range(6):
    out = [pickle.loads(pickle.dumps(v, protocol)) for v in values]
    print(protocol, all(repr(a) == repr(b) or a == b for a, b in zip(values, out) if not isinstance(a, (R, KeyError))), out[15], repr(out[-1]))
print(pickle.loads(pickle.dumps(s)).a, pickle.loads(pickle.dumps(G())).s, pickle.dumps([1, "a"], 0), pickle.dumps((1, 2.5, "x", None), 4))
shared = [1]; a, b = pickle.loads(pickle.dumps((shared, shared))); print(a is b); c = []; c.append(c); d = pickle.loads(pickle.dumps(c)); print(d[0] is d)
for bad in (lambda: pickle.dumps(lambda: 0), lambda: pickle.loads(b""), lambda: pickle.loads(b"junk"), lambda: pickle.dumps((x for x in [])), lambda: pickle.loads(pickle.dumps(1)[:-1])):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, str(error).split(" at 0x")[0])
import marshal
for v in values[:14]: assert marshal.loads(marshal.dumps(v)) == v
print("marshal")
