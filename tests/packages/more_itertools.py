"""more-itertools: windows, groups, peeking, splitting, combinatorics and statistics of iterables."""
import more_itertools as mi

print(list(mi.chunked("abcdefg", 3)), list(mi.sliced("abcdefg", 3)), list(mi.grouper("abcde", 2, fillvalue="-")), list(mi.ichunked("abcd", 2).__next__()))
print(list(mi.windowed([1, 2, 3, 4], 3)), list(mi.windowed([1], 2, fillvalue=0)), list(mi.pairwise("abc")), list(mi.triplewise("abcd")), list(mi.stagger("ab")))
print(mi.first([], "none"), mi.last("abc"), mi.nth_or_last("abc", 9), mi.one([5]), mi.only([]), mi.ilen(iter("abc")), mi.first_true([0, "", 3]))
for call in [lambda: mi.one([]), lambda: mi.one([1, 2]), lambda: mi.only([1, 2]), lambda: mi.first([]), lambda: list(mi.chunked([1, 2, 3], 2, strict=True)), lambda: mi.strictly_n("ab", 3).__next__() and list(mi.strictly_n("ab", 3))]:
    try:
        print(call())
    except ValueError as error:
        print(type(error).__name__, error)
peekable = mi.peekable(iter("abcd"))
print(peekable.peek(), next(peekable), peekable[0:2], peekable.prepend("z"), list(peekable), peekable.peek("end"), bool(peekable))
seekable = mi.seekable(map(str, range(5)))
print(list(seekable), seekable.seek(2), next(seekable), seekable.elements(), list(seekable))
bucket = mi.bucket(["a1", "b1", "a2", "c1", "b2"], key=lambda x: x[0])
print(sorted(bucket), list(bucket["b"]), list(bucket["a"]), list(bucket["x"]))
print(list(mi.split_at("abcdcba", lambda c: c == "c")), list(mi.split_before("OneTwoThree", str.isupper)), list(mi.split_after("a.b.c", lambda c: c == ".")), list(mi.split_when([1, 2, 4, 5], lambda a, b: b != a + 1)), list(mi.split_into([1, 2, 3, 4], [1, None])))
print(list(mi.flatten([[1], [2, [3]]])), list(mi.collapse([1, [2, (3, [4, "ab"])]])), list(mi.interleave_longest([1, 2, 3], "ab")), list(mi.roundrobin("abc", "d", "ef")), list(mi.interleave([1, 2], "ab")))
print(list(mi.unique_everseen("AaBbA", key=str.lower)), list(mi.unique_justseen("aabbaa")), list(mi.duplicates_everseen("abcab")), list(mi.run_length.encode("aaabb")), "".join(mi.run_length.decode([("x", 3)])))
print(mi.map_reduce(range(10), lambda n: n % 3, lambda n: n * n, sum), [(k, list(v)) for k, v in mi.groupby_transform("aAbB", str.lower, ord)], list(mi.partition(str.isdigit, "a1b2")[1]))
print(list(mi.consecutive_groups([1, 2, 5, 6, 7]).__next__()), [list(g) for g in mi.consecutive_groups([1, 2, 5, 6, 7])], list(mi.numeric_range(0, 1, 0.25)), mi.numeric_range(5)[2:], list(mi.count_cycle("ab", 2)))
print(list(mi.powerset([1, 2, 3])), list(mi.distinct_permutations("aab")), list(mi.set_partitions("abc", 2)), list(mi.partitions("abc"))[1], list(mi.distinct_combinations("aab", 2)), mi.nth_permutation("abcd", 2, 5), mi.permutation_index("dcba", "abcd"))
print(mi.all_equal("aaa"), mi.all_unique("abc"), mi.is_sorted([1, 2, 2], strict=True), mi.minmax([3, 1, 2]), mi.exactly_n([1, 0, 1], 2), mi.iequals([1], (1,)), mi.quantify([1, 0, 2]), mi.dotproduct([1, 2], [3, 4]), mi.argmax([1, 9, 3]))
print(list(mi.sieve(30)), list(mi.factor(360)), list(mi.polynomial_from_roots([1, 2])), mi.polynomial_eval([1, -3, 2], 5), list(mi.convolve([1, 2], [1, 1])), list(mi.totient(n) for n in range(1, 8)), mi.is_prime(97))
print(list(mi.intersperse("-", "abc")), list(mi.padded([1], 0, 3)), list(mi.repeat_each("ab", 2)), list(mi.take(3, mi.tabulate(lambda n: n * n))), list(mi.tail(2, "abcd")), mi.nth("abc", 1), list(mi.ncycles("ab", 2)))
print(list(mi.spread_parts([1, 2, 3, 4, 5], 2)) if hasattr(mi, "spread_parts") else [list(p) for p in mi.divide(2, range(5))], [list(p) for p in mi.distribute(2, range(5))], list(mi.sort_together([(3, 1, 2), "cab"])), list(mi.zip_offset("abc", "xyz", offsets=(0, 1))), list(mi.unzip([(1, "a"), (2, "b")])[1]))
print(list(mi.locate([0, 1, 1], bool)), list(mi.replace([1, 2, 1], lambda x: x == 1, [9, 9])), list(mi.substrings("ab")), list(mi.windowed_complete([1, 2], 1)), list(mi.adjacent(lambda x: x == 3, range(5))), list(mi.strip([0, 1, 0], lambda x: not x)), list(mi.difference([1, 3, 6])))
with mi.callback_iter(lambda callback: [callback(n) for n in range(3)]) as results:
    print(list(results))
print(list(mi.islice_extended("abcdef")[-4:-1]), mi.countable("ab").items_seen, list(mi.side_effect(lambda x: None, [1])), list(mi.always_iterable(None)), list(mi.always_iterable("ab")), list(mi.mark_ends("abc")), list(mi.filter_except(int, ["1", "x"], ValueError)))
print(list(mi.SequenceView([1, 2])), mi.time_limited(10, [1, 2]).timed_out, list(mi.outer_product(max, [1, 5], [3, 4])), list(mi.sample("abc", 0)), list(mi.longest_common_prefix(["abc", "abd"])), list(mi.gray_product("ab", "xy")), mi.strictly_n("ab", 2).__next__())
