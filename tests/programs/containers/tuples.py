"""tuple: construction, methods, hashing, nesting, immutability."""
t = (1, "a", [2])
print(t, (), (1,), 1, 2, tuple("ab"), tuple([1]), t + (3,), t * 2, t[0], t[-1:], len(t), "a" in t, t.index("a"), t.count(1))
t[2].append(3); print(t)
print(hash((1, 2)) == hash((1, 2)), hash(()), hash((1,)), hash((1, 2, 3)), hash((-1, "")) == hash((-1, "")), (1, 2) == (1.0, 2.0), (1, 2) < (1, 3), (1,) < (1, 0), () < (0,), (1, 2) != [1, 2])
a, b = 1, 2; print((a, b) == (1, 2), (a, b)[::-1], ((1, 2), (3, (4,))), (None,), ((),))
for bad in ("t[0] = 1", "del t[0]", "t.append(1)", "t[5]", "hash(t)", "t.index(99)", "t + [1]", "tuple(5)", "t['x']", "(1, 2) < (1, 'a')", "t < 5"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print({(1, 2): "k"}[(1, 2)], {(1, (2, 3))}, min((2, 1), (1, 5)), max([(1, "a"), (1, "b")]), sum(((1,), (2,)), ()), tuple(x for x in range(3)), *(1, 2))
from collections import namedtuple
P = namedtuple("P", "x y", defaults=[5]); p = P(1)
print(p, p.x, p[1], p._replace(y=2), p._asdict(), P._fields, P._make([7, 8]), p == (1, 5), p._field_defaults, [*p], P(y=1, x=2))
for bad in ("P()", "P(1, 2, 3)", "p.x = 1", "namedtuple('Q', 'a a')", "namedtuple('Q', 'class')", "p._replace(z=1)"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(namedtuple("Q", "a def a", rename=True)._fields)
