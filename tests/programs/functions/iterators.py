"""The iterator protocol, old and new, iter with a sentinel, exhausted for good."""
class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n
c = Countdown(3)
print(list(c), list(c), next(c, None))
class Old:
    def __getitem__(self, index):
        if index > 2: raise IndexError
        return index * 10
print(list(Old()), 20 in Old(), 5 in Old(), [*Old()], max(Old()), list(reversed([1, 2])))
values = iter([1, 2, 0, 3])
print(list(iter(lambda: next(values), 0)), list(values))
class BadIter:
    def __iter__(self): return 5
try:
    iter(BadIter())
except TypeError as error:
    print(error)
class NoNext:
    def __iter__(self): return self
try:
    next(NoNext())
except TypeError as error:
    print(error)
class Blocked:
    __iter__ = None
try:
    iter(Blocked())
except TypeError as error:
    print(error)
it = iter([1]); next(it)
print(next(it, "d"), next(it, "d"))
items = [1, 2, 3]
i = iter(items)
print(next(i), i.__length_hint__(), i.__reduce__()[1])
i.__setstate__(0); print(next(i))
print(*zip(range(3), "ab"), *zip(), *map(lambda a, b: a * b, [1, 2, 3], [4, 5]), *filter(None, [0, 1, "", "x"]))
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as error:
    print(error)
print(list(enumerate("ab", start=5)), list(reversed(range(0, 10, 3))), list(map(str, range(2))))
