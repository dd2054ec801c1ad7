"""sortedcontainers: lists, dictionaries and sets that stay sorted, checked against plain ones over random operations."""
import bisect
import pickle
import random
from operator import neg

from sortedcontainers import SortedDict, SortedKeyList, SortedList, SortedSet

numbers = SortedList([5, 1, 4, 1, 3])
numbers.add(2)
numbers.update([9, 0])
print(numbers, numbers[0], numbers[-2:], numbers.index(4), numbers.count(1), numbers.bisect_left(4), 3 in numbers)
print(list(numbers.irange(2, 5)), list(numbers.islice(1, 4)), numbers.pop(), numbers.pop(0), list(reversed(numbers)), numbers + [7], numbers * 2 == sorted(list(numbers) * 2))
for call in [lambda: numbers.remove(100), lambda: numbers.index(100), lambda: numbers[100], lambda: numbers.append(1), lambda: numbers.insert(0, 1)]:
    try:
        call()
    except (ValueError, IndexError, NotImplementedError) as error:
        print(type(error).__name__, error)

by_length = SortedKeyList(["ccc", "a", "bb"], key=len)
by_length.add("dd")
print(by_length, list(by_length.irange_key(2, 3)), by_length.bisect_key_left(2), SortedList([1, 2, 3], key=neg))

table = SortedDict({"b": 2, "a": 1, "d": 4})
table["c"] = 3
print(table, table.keys()[1], table.peekitem(0), list(table.irange("b", "c")), table.popitem(0), table.setdefault("e", 5), table.bisect("c"), list(table.items()), table | {"z": 0})
print(SortedDict(neg, {1: "a", 2: "b"}), table.keys() & {"b", "x"}, table == {"b": 2, "c": 3, "d": 4, "e": 5}, table.values()[-1])

names = SortedSet(["b", "a", "c", "a"])
names.add("d")
print(names, names[0], names & {"a", "z"}, names | ["0"], names ^ {"a", "x"}, names - {"b"}, names.isdisjoint("xyz"), names[1:3], names < set("abcde"), names.pop())
print(pickle.loads(pickle.dumps(names)), pickle.loads(pickle.dumps(table)), pickle.loads(pickle.dumps(by_length)), numbers.copy() == numbers)

random.seed(42)
kept, plain = SortedList(), []
kept._reset(16)
for step in range(6000):
    value = random.randrange(500)
    match random.randrange(5):
        case 0 | 1 | 2:
            kept.add(value)
            bisect.insort(plain, value)
        case 3 if value in kept:
            kept.discard(value)
            del plain[bisect.bisect_left(plain, value)]
        case _ if plain:
            place = value % len(plain)
            assert kept.pop(place) == plain.pop(place)
kept._check()
print(list(kept) == plain, len(kept), kept[len(kept) // 2], sum(kept))
assert [kept.bisect_right(n) for n in range(0, 500, 7)] == [bisect.bisect_right(plain, n) for n in range(0, 500, 7)]
del kept[10:200:3]
del plain[10:200:3]
kept._check()
print(list(kept) == plain, hash(SortedDict) is not None)
