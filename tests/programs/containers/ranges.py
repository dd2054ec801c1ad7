"""range: arithmetic sequences without their elements."""
for r in (range(5), range(2, 8), range(0, 10, 3), range(10, 0, -3), range(0), range(5, 2), range(2**70, 2**70 + 3), range(-3, 3), range(0, -5, -1)):
    print(r, list(r), len(r), bool(r), r.start, r.stop, r.step, list(reversed(r)), r[-1:] , hash(r) == hash(r[:]))
print(3 in range(5), 5 in range(5), 2.0 in range(5), 2.5 in range(5), "a" in range(5), 6 in range(0, 10, 3), True in range(2), range(10).index(7), range(10).count(3), range(0, 100, 10).index(50), range(1, 4) == range(1, 4), range(0, 3, 2) == range(0, 4, 2))
for bad in ("range(5)[5]", "range(5).index(9)", "range(5).index('a')", "range('a')", "range(1.0)", "range(1, 2, 0)", "range()", "range(3) + range(3)", "range(3)[0] = 1", "range(3).x", "len(range(2**70))", "range(2**70)[2**71]", "range(3) < range(4)", "range(stop=5)"):
    try:
        print(bad, eval(bad) if "] =" not in bad else exec(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(sum(range(101)), max(range(5)), [*range(3)], list(range(3)) * 2, list(map(lambda i: i * i, range(4))), list(zip(range(3), range(3, 6))), range(10)[2:5], range(10)[::-2], range(10)[-3:], sum(x for x in range(0, 1000, 7)))
total = 0
for i in range(3):
    for j in range(i): total += i * j
print(total, i, j)
it = iter(range(3)); next(it); print(list(it), it.__length_hint__(), type(it).__name__, type(iter(range(2**70))).__name__)
