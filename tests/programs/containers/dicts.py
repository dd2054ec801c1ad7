"""dict: order, methods, views, comprehension, unusual keys, errors."""
d = {"a": 1, "b": 2}
d["c"] = 3; d["a"] = 9; del d["b"]; d["b"] = 4
print(d, list(d), d.keys(), d.values(), d.items(), len(d), "a" in d, "z" not in d, d.get("z"), d.get("z", 0), d.pop("c"), d.pop("z", None), d.setdefault("n", []), d.setdefault("a"), d.popitem())
d.update({"x": 1}, y=2); d.update([("p", 1), "qr"]); d |= {"m": 1}; print(d, {"a": 1} | {"a": 2, "b": 3}, {**d, "a": 0})
print(dict(), dict(a=1), dict([("k", "v")]), dict({1: 2}, z=3), dict.fromkeys("ab", 0), dict.fromkeys([1, 2]), dict(zip("ab", [1, 2])), {i: i * i for i in range(3)})
print({1: "a", 1.0: "b", True: "c"}, {(1, 2): 3, None: 4, "": 5, 0.5: 6, frozenset([1]): 7, ...: 8})
print({"a": 1, "b": 2} == {"b": 2, "a": 1}, {"a": 1} != {"a": 2}, d.keys() & {"a", "x"} == {"a", "x"}, {"a": 1}.items() | {("b", 2)} == {("a", 1), ("b", 2)}, {"a": 1}.keys() - {"a"}, {1: 1}.keys() <= {1, 2}, list(reversed({1: 2, 3: 4})), list(reversed({1: 2, 3: 4}.values())), ("a", 1) in {"a": 1}.items(), 1 in {"a": 1}.values(), {1: 0}.keys().isdisjoint([2]))
e = {}; e["self"] = e; print(e, e.keys().mapping["self"] is e if False else "")
for i in range(100): e[i] = i
for i in range(0, 100, 2): del e[i]
print(list(e)[:5], len(e)); e.clear(); print(e)
e["new"] = 1; print(e, e.copy(), e.copy() is e, e.__contains__("new"), e.items().__len__(), dict(e) is e)
for bad in ("{}['x']", "{}[1, 2]", "del {}['x']", "{}.pop('x')", "{}.popitem()", "{[]: 1}", "{}[[]]", "{{}: 1}", "{1: 2}.update(5)", "{}.update([1])", "{}.update([(1, 2, 3)])", "dict(5)", "{} < {}", "{} + {}", "{}.get([])", "{}.fromkeys(5)", "dict(a=1, **{'a': 2})", "{} | []", "{}.x", "[] in {}", "{1}.keys()"):
    try:
        exec(bad); print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
for attack in ("d[99] = 1", "del d['a']", "d.clear()"):
    d = {"a": 1, "b": 2}
    try:
        for k in d: exec(attack)
    except RuntimeError as error:
        print(attack, error)
try:
    for k, v in (d := dict.fromkeys(range(3))).items(): d.pop(k); d[k + 10] = 1
except RuntimeError as error:
    print(error)
class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, o): return isinstance(o, K) and self.n == o.n
    def __repr__(self): return f"K{self.n}"
print({K(i % 3): i for i in range(7)}, {K(1)} == {K(1)}, K(2) in {K(1): 0})
it = iter({1: 2, 3: 4}); print(next(it), it.__length_hint__(), list(it), list(it))
