"""toolz: functions of functions, dictionaries and iterables, and their curried forms."""
import operator

import toolz
from toolz import curried
from toolz.functoolz import Compose, compose_left, curry, do, excepts, flip, juxt, memoize, pipe, thread_first, thread_last
from toolz.sandbox import EqualityHashKey, parallel

words = "the quick brown fox jumps over the lazy dog the end".split()
print(toolz.frequencies(words), toolz.groupby(len, words), toolz.countby(str.isalpha, words))
print(toolz.reduceby(len, lambda total, word: total + len(word), words, 0), toolz.topk(3, words, key=len))
print(pipe(words, curried.map(str.upper), curried.filter(lambda w: "O" in w), sorted, tuple))
print(list(toolz.sliding_window(2, "abcd")), list(toolz.partition_all(3, range(7))), list(toolz.partition(2, range(5), pad=None)), list(toolz.take_nth(2, range(7))))
print(list(toolz.interleave([[1, 2, 3], [10, 20]])), list(toolz.concatv([1], [2, 3])), list(toolz.mapcat(str.upper, ["ab", "c"])), list(toolz.interpose("-", "abc")), list(toolz.unique("abacb")))
print(list(toolz.accumulate(operator.mul, range(1, 6))), list(toolz.take(5, toolz.iterate(lambda x: x * 2, 1))), list(toolz.merge_sorted([1, 4], [2, 3], [0])), list(toolz.diff([1, 2], [1, 3])))
print(list(toolz.join(0, [(1, "a"), (2, "b"), (3, "c")], 0, [(1, "x"), (3, "z"), (4, "w")], left_default=None, right_default=None)))
print(toolz.first("abc"), toolz.second("abc"), toolz.last("abc"), toolz.nth(1, "abc"), toolz.get([0, 2], "abc"), toolz.get("b", {"a": 1}, 0), list(toolz.pluck("a", [{"a": 1}, {"a": 2}])), toolz.peek(iter([1, 2]))[0], toolz.isdistinct("abc"))

nested = {"a": {"b": [1, {"c": 2}]}}
print(toolz.get_in(["a", "b", 1, "c"], nested), toolz.assoc(nested, "z", 1), toolz.assoc_in(nested, ["a", "x"], 9), toolz.update_in(nested, ["a", "b"], len), toolz.dissoc({"a": 1, "b": 2}, "a"), nested)
print(toolz.merge({"a": 1}, {"b": 2}), toolz.merge_with(sum, {"a": 1, "b": 2}, {"a": 10}), toolz.valmap(len, {"x": "abc"}), toolz.keymap(str.upper, {"x": 1}), toolz.itemmap(reversed, {"a": 1}), toolz.valfilter(bool, {"a": 0, "b": 1}), toolz.keyfilter(str.islower, {"A": 1, "b": 2}))


@curry
def volume(width, height, depth=1, *, unit="m"):
    """The volume of a box."""
    return f"{width * height * depth}{unit}"


print(volume(2)(3), volume(depth=4)(1)(2), volume(2, unit="cm")(5), volume.__name__, volume.__doc__, volume(1) == volume(1))
try:
    volume(1, 2, 3, 4)
except TypeError as error:
    print(error)
calls = []
square = memoize(lambda n: calls.append(n) or n * n)
print(square(3), square(3), calls, juxt(min, max)([3, 1, 2]), flip(operator.sub)(1, 10), excepts(ValueError, int, lambda error: -1)("x"), do(calls.append, 5), calls)
increment = lambda x: x + 1
composed = toolz.compose(str, increment, abs)
print(composed(-3), isinstance(composed, Compose), compose_left(increment, str)(1), thread_first(1, (operator.sub, 10)), thread_last(1, (operator.sub, 10)), toolz.complement(bool)(0), toolz.identity(3))
print(toolz.apply(max, [1, 2]), curried.get(0)("xy"), curried.reduce(operator.add)([1, 2, 3]), curried.sorted(key=len)(["bb", "a"]), curried.assoc({}, "k")(1), curried.operator.add(1)(2))
print(parallel.fold(operator.add, range(100), map=map), EqualityHashKey(len, [1]) == EqualityHashKey(len, [1]), list(toolz.random_sample(0.3, range(20), random_state=2016)), toolz.sandbox.unzip([(1, 2), (3, 4)])[0].__next__())
print(composed.__name__, toolz.functoolz.is_valid_args(volume, (1,), {}), toolz.functoolz.num_required_args(lambda a, b=1: 0), toolz.functoolz.has_varargs(lambda *a: 0), toolz.functoolz.arity if hasattr(toolz.functoolz, "arity") else "")
