"""list: methods, slices as targets, errors, sorting."""
a = [3, 1, 2]
a.append(4); a.extend("xy"); a.insert(0, 0); a.insert(100, 9); a.insert(-1, 8)
print(a, a.pop(), a.pop(0), a.index(1), a.count("x"), len(a))
a.remove("x"); a.reverse(); print(a)
b = a.copy(); a.clear(); print(a, b)
l = list(range(10))
l[2:5] = "abc"; print(l); l[2:5] = []; print(l); l[1:1] = [7, 7]; print(l); l[::2] = [0] * len(l[::2]); print(l); l[:] = [1, 2]; print(l); l[5:] = [9]; print(l); l[-1:] = (x for x in "gen"); print(l)
l = list(range(6)); del l[1::2]; print(l); l *= 2; print(l); l += (5,); print(l); l = l * 0; print(l)
print([1, 2] + [3], [0] * 3, 2 * [1], [] == [], [1] < [1, 2], [[]] * 2, [1, [2, [3]]], [None, True, "s"], 2 in [1, 2], 5 not in [1])
words = ["banana", "Apple", "cherry", "apple"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len, reverse=True), sorted([3, 1.5, True, -2]), sorted([(1, "b"), (1, "a"), (0, "z")]))
words.sort(key=lambda w: w[-1]); print(words); words.sort(reverse=True); print(words)
print(sorted([5, 2, 8, 1, 9, 3] * 20)[::10], sorted(range(200), key=lambda x: (x * 7919) % 211)[:10])
stable = sorted([("a", 2), ("b", 1), ("c", 2), ("d", 1)], key=lambda p: p[1]); print(stable, sorted(stable, key=lambda p: p[1], reverse=True))
c = [1]; c.append(c); print(c, c == c, repr(c)); d = [c, c]; print(len(repr(d)))
for bad in ("l[5]", "l[-5]", "l[5] = 1", "del l[5]", "l.pop()", "l.pop(3)", "l.remove(1)", "l.index(1)", "[1, 2].index(2, 5)", "[1].sort(5)", "sorted([1, 'a'])", "l[::2] = [1]", "[1, 2, 3][::2].x", "[0, 1, 2].__setitem__(slice(0, 3, 2), [1])", "list(5)", "[].insert('a', 1)", "l['a']", "l + (1,)", "l * 'a'", "[1] * (2**63)", "l.extend(5)", "l[0:1] = 5", "[1,2].sort(key=5)"):
    try:
        exec(bad); print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print([1, 2, 3].index(3, -1), [1, 2, 1].index(1, 1), list("abc"), list({1: 2}), list((x for x in "z")), list(), [*"ab", *[1]], list(map(list, ["ab"])))
