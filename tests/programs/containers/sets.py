"""set and frozenset: operations, methods, order of small ints, errors."""
a, b = {1, 2, 3}, {3, 4}
print(a | b, a & b, a - b, a ^ b, a <= b, {1} < a, a > {1}, a == {3, 2, 1}, a.isdisjoint({9}), 2 in a, len(a), a.union([7], (8,)), a.intersection([1, 9]), a.difference([1], [2]), a.symmetric_difference([1, 5]), a.issubset(range(10)), a.issuperset([1]))
a.add(10); a.discard(99); a.discard(1); a.remove(2); a.update([5, 6], {7}); print(a); a &= {3, 5, 7}; print(a); a |= {1}; a -= {3}; a ^= {1, 100}; print(a); a.intersection_update([5]); print(a); a.difference_update([5]); print(a, set(), {*()}); a.symmetric_difference_update([1]); print(a, a.pop(), a)
f = frozenset([1, 2]); print(f, f | {3}, {3} | f, type(f | {3}).__name__, type({3} | f).__name__, hash(f) == hash(frozenset([2, 1])), {f: 1}[frozenset([2, 1])], f.copy() is f, frozenset(), f == {1, 2}, {frozenset({1}), 2})
print({x % 5 for x in range(20)}, set("a"), {1, 1.0, True}, set(range(20)), {0, 64, 128, 8, 16}, {-1, -2, 5}, {2**61 - 1, 0}, {100, 3, 50, 7}, {1000, 2000, 3000, 33}, {0.5, 1.5})
print({1, 2} in [{1, 2}], {1} in {frozenset({1})}, sorted({"b", "a"}), len({(), (1,), ()}), sum({1, 2, 3}), {None}, {()}, min({3, 1}))
for bad in ("a.remove(1000)", "set().pop()", "{[]}", "{{1}}", "a | [1]", "a < [1]", "f.add(1)", "set(5)", "a.update(5)", "a[0]", "{1} + {2}", "hash({1})", "set(1, 2)", "a.union(5)", "{1} - [1]", "{}.add(1)", "del {1}[0]", "f |= 5"):
    try:
        exec(bad); print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
try:
    s = {1, 2}
    for x in s: s.add(x + 10)
except RuntimeError as error:
    print(error)
s = set(); s.add(frozenset(s)); print(s, set([1, 2]).__contains__(1), {1, 2}.__and__({2}), {1}.__and__([1]))
