"""heapq, bisect and itertools."""
import heapq, bisect, itertools as it, operator
h = [5, 1, 4, 2, 3]; heapq.heapify(h); print(h, heapq.heappop(h), h); heapq.heappush(h, 0); print(h, heapq.heappushpop(h, 9), heapq.heapreplace(h, 7), heapq.nlargest(2, h), heapq.nsmallest(2, h, key=lambda x: -x), list(heapq.merge([1, 4], [2, 3])))
l = [1, 3, 3, 5]; print(bisect.bisect(l, 3), bisect.bisect_left(l, 3), bisect.insort(l, 4), l, bisect.bisect([(1, "a"), (2, "b")], 1, key=lambda p: p[0]))
print(list(it.chain("ab", [1])), list(it.chain.from_iterable(["ab", "c"])), list(it.islice(it.count(5, 2), 3)), list(it.islice("abcdef", 1, None, 2)), list(it.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.dropwhile(lambda x: x < 3, [1, 3, 1])), list(it.compress("abc", [1, 0, 1])), list(it.filterfalse(None, [0, 1])), list(it.starmap(pow, [(2, 3)])), list(it.accumulate([1, 2, 3])), list(it.accumulate([1, 2, 3], operator.mul, initial=10)), list(it.zip_longest("ab", "c", fillvalue="-")), list(it.pairwise("abc")), list(it.batched("abcde", 2)))
print(list(it.product("ab", [1, 2])), list(it.product([0, 1], repeat=2)), list(it.permutations("abc", 2)), list(it.combinations("abc", 2)), list(it.combinations_with_replacement("ab", 2)), list(it.repeat("x", 2)), [next(c) for c in [it.cycle("ab")] * 5], [(k, list(g)) for k, g in it.groupby("aabbc")], [list(t) for t in it.tee([1, 2], 2)], list(it.groupby([1, 3, 2], key=lambda x: x % 2))[0][0])
print(operator.itemgetter(1, 0)("ab"), operator.attrgetter("real", "imag")(5), operator.methodcaller("upper")("x"), operator.add(1, 2), operator.contains([1], 1), operator.truth([]), operator.concat("a", "b"), operator.index(True), operator.countOf("aba", "a"))
for bad in ("next(it.islice([1], -1))", "it.repeat()", "list(it.batched('a', 0))", "it.combinations('a', -1)", "list(it.zip_longest(1))", "it.count('a')", "heapq.heappop([])", "bisect.insort([], 1, lo=-1)", "it.chain(5).__next__()", "operator.itemgetter()"):
    try:
        eval(bad); print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
