"""Counter, defaultdict, deque, OrderedDict, ChainMap, UserDict."""
from collections import Counter, defaultdict, deque, OrderedDict, ChainMap, UserDict, UserList
c = Counter("mississippi")
print(c, c.most_common(2), c["z"], sum(c.values()), c + Counter("ss"), c - Counter("iiii"), c & Counter("sip"), c | Counter("zz"), sorted(c.elements())[:4], Counter(a=2, b=-1), +Counter(a=1, b=-1), c.total())
c.update("m"); c.subtract("i"); del c["p"]; print(c, Counter(a=1) == Counter(a=1, b=0), Counter(a=1) <= Counter(a=2))
d = defaultdict(list); d["a"].append(1); d["b"]; print(d, d["a"], d.get("z"), "z" in d, defaultdict(int, x=1)["y"])
try:
    defaultdict(None)["x"]
except KeyError as error:
    print(repr(error))
q = deque([1, 2, 3], maxlen=4); q.append(4); q.append(5); q.appendleft(0); print(q, q.pop(), q.popleft(), q, len(q), q[0], q[-1], 3 in q); q.rotate(1); print(q); q.extend("ab"); q.extendleft("xy"); print(q, q.maxlen, list(reversed(q)), q.index("x"), q.count("a")); q.insert(1, "i") if len(q) < 4 else print("full"); q.remove("x"); q.reverse(); print(q, q.copy() == q, deque("ab") + deque("c"), deque([1]) * 3); q.clear(); print(q)
for bad in ("deque().pop()", "deque([1])[5]", "deque(maxlen=-1)", "deque([1]).remove(2)", "deque(5)", "deque([1], maxlen=1).insert(0, 2)"):
    try:
        eval(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
try:
    for x in (dq := deque([1, 2])): dq.append(1)
except RuntimeError as error:
    print(error)
o = OrderedDict(a=1, b=2, c=3); o.move_to_end("a"); print(o, o.popitem(last=False), list(o), o == OrderedDict(a=1, c=3), o == {"a": 1, "c": 3}, list(reversed(o))); o.move_to_end("a", last=False); print(o)
m = ChainMap({"a": 1}, {"a": 2, "b": 3}); print(m["a"], m["b"], dict(m), m.maps, m.new_child({"b": 9})["b"], len(m)); m["c"] = 5; print(m.maps[0], m.parents)
class U(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k, v * 2)
print(U(a=1), UserList([1, 2]) + [3])
