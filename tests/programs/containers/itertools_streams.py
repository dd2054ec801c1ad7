# Iterators over iterators: ends, errors, shared sources.
import operator
from itertools import *

print(list(islice(count(5, -2), 4)), count(1, 2), next(count(2**62 - 1, 5)), list(islice(count(2**62 - 1), 3)))
print(list(islice(cycle("abc"), 7)), repeat("x", 3), list(repeat("x", 3)), repeat("x"))
print(list(accumulate([1, 2, 3], operator.mul, initial=10)), list(accumulate("abc")))
print(list(batched("abcdefg", 3)), list(chain("ab", [1])), list(chain.from_iterable(["ab", [1]])))
print(list(compress("abcd", [1, 0, 1])), list(pairwise("abc")), list(starmap(pow, [(2, 3), [3, 2]])))
print(list(takewhile(str.isalpha, "ab1c")), list(dropwhile(str.isalpha, "ab1c")), list(filterfalse(None, [0, 1, ""])))
print(list(zip_longest("abc", "x", fillvalue="-")), list(islice("abcdefgh", 1, None, 3)))
print([(key, "".join(group)) for key, group in groupby("AaaBbC", str.lower)])
groups = groupby("aabb")
first = next(groups)
second = next(groups)
print(list(first[1]), list(second[1]))
source = iter(range(200))
one, two = tee(source)
print(sum(islice(one, 100)), sum(two), sum(one))


class Back:
    def __iter__(self):
        return self

    def __next__(self):
        return next(loop)


loop, _ = tee(Back())
for bad in (lambda: next(loop), lambda: list(batched("abc", 2, strict=True)), lambda: islice([], -1), lambda: count("a"),
            lambda: chain(a=1), lambda: repeat(1).__length_hint__(), lambda: zip_longest([1], x=1), lambda: tee([], -1)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
