"""Carets under each kind of expression, printed one after another."""
import traceback
class O: pass
o, l, d, n = O(), [1], {}, None
def f(*a, **k): raise ValueError("f")
tests = [
    lambda: o.missing.more,
    lambda: l[5],
    lambda: d["k"]["z"],
    lambda: n + 1,
    lambda: (1 + 2) * n,
    lambda: f(1, 2, k=3),
    lambda: o.x.y(1),
    lambda: l[0][1],
    lambda: -n,
    lambda: 1 < n < 3,
    lambda: n(),
    lambda: [x for x in n],
    lambda: {**n},
    lambda: f"{n.x} and {1}",
    lambda: (o
    .missing),
    lambda: f(
        1,
        2),
    lambda: l[1:2].z,
    lambda: not_defined + 1,
    lambda: n[0],
    lambda: 1 in n,
    lambda: len(n),
    lambda: n @ n,
    lambda: "é" + n + 1,
    lambda: ("日本語" + n),
    lambda: print(*n),
    lambda: 5 .x,
    lambda: (yield_ := n.q),
    lambda: l[n],
    lambda: d[l],
    lambda: n if n.a else 1,
]
for test in tests:
    try:
        test()
    except Exception:
        traceback.print_exc()
def stmts(k):
    if k == 0: n.x = 1
    if k == 1: n[0] = 1
    if k == 2: del n.x
    if k == 3: a, b = n
    if k == 4: a, b = 1, 2, 3
    if k == 5:
        for x in n: pass
    if k == 6:
        with n as x: pass
    if k == 7: assert l == 2, "message"
    if k == 8: raise O
    if k == 9: import nowhere_at_all
    if k == 10: x = 1; x += n
    if k == 11: l[0] += n
    if k == 12: d["a"] += 1
    if k == 13: a, *b = 5
    if k == 14: return f(*l,
                         **{1: 2})
    if k == 15:
        class C(n): pass
    if k == 16:
        @n
        def g(): pass
    if k == 17:
        match n.attr:
            case 1: pass
    if k == 18: print(1,
                      2,
                      n.x)
for k in range(19):
    try:
        stmts(k)
    except Exception:
        traceback.print_exc()
