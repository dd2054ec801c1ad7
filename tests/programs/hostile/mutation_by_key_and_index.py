"""Containers that are changed by what an operation asks on its way: `__index__`, key functions, iterators, `__hash__`."""
import array
import bisect
import collections
import functools
import heapq
import struct


def attempt(name, call):
    try:
        result = call()
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}")
    else:
        print(f"{name}: {result!r}"[:100])


class Index:
    """An index that empties something when it is asked for."""

    def __init__(self, victim, number=0):
        self.victim, self.number = victim, number

    def __index__(self):
        self.victim.clear()
        return self.number


def emptied(make, call):
    victim = make()
    attempt(type(victim).__name__ + " " + call.__doc__, lambda: call(victim))


def get(victim):
    "get"
    return victim[Index(victim, 3)]


def set_item(victim):
    "set"
    victim[Index(victim, 3)] = 1
    return victim


def delete(victim):
    "delete"
    del victim[Index(victim, 3)]
    return victim


def get_slice(victim):
    "get slice"
    return victim[Index(victim, 1):5]


def set_slice(victim):
    "set slice"
    victim[Index(victim, 1):5] = type(victim)(range(2))
    return victim


def set_steps(victim):
    "set steps"
    victim[::Index(victim, 2)] = type(victim)(range(4))
    return victim


def delete_slice(victim):
    "delete slice"
    del victim[Index(victim, 1):5:2]
    return victim


def insert(victim):
    "insert"
    victim.insert(Index(victim, 4), 7)
    return victim


def pop(victim):
    "pop"
    return victim.pop(Index(victim, 4))


def repeat(victim):
    "repeat"
    victim *= Index(victim, 3)
    return victim


for make in (lambda: list(range(8)), lambda: bytearray(range(8))):
    for call in (get, set_item, delete, get_slice, set_slice, set_steps, delete_slice, insert, pop, repeat):
        emptied(make, call)


class Value:
    def __init__(self, victim, number=1):
        self.victim, self.number = victim, number

    def __index__(self):
        self.victim.clear()
        return self.number


data = bytearray(range(8))
attempt("bytearray value", lambda: data.__setitem__(5, Value(data)))
data = bytearray(range(8))
attempt("bytearray append", lambda: data.append(Value(data)))
data = bytearray(range(8))
attempt("bytearray extend", lambda: data.extend([1, Value(data), 3]))
print(data)
data = bytearray(range(8))
attempt("bytearray slice of values", lambda: data.__setitem__(slice(2, 4), [Value(data), 2, 3]))
print(len(data) <= 8)
data = bytearray(16)
attempt("pack_into", lambda: struct.pack_into("ii", data, 8, Value(data), 2))

# Key functions.
items = [5, 3, 1, 4]
attempt("sort", lambda: items.sort(key=lambda x: items.clear() or x))
items = [5, 3, 1, 4]
attempt("sort shrinks", lambda: items.sort(key=lambda x: items.append(9) or -x))
items = [5, 3, 1, 4]
attempt("min", lambda: min(items, key=lambda x: items.clear() or x))
items = [5, 3, 1, 4]
attempt("sorted", lambda: sorted(items, key=lambda x: items.clear() or x))
items = [1, 3, 5, 7]
attempt("bisect", lambda: bisect.bisect(items, 4, key=lambda x: items.clear() or x))
items = [1, 3, 5, 7]
attempt("insort", lambda: bisect.insort(items, 4, key=lambda x: items.clear() or x))
items = [1, 3, 5, 7]
attempt("cmp_to_key", lambda: items.sort(key=functools.cmp_to_key(lambda a, b: items.clear() or 1)))


class Less:
    def __init__(self, victim, number):
        self.victim, self.number = victim, number

    def __lt__(self, other):
        self.victim.clear()
        return True


heap = []
heap.extend(Less(heap, number) for number in range(6))
attempt("heappop", lambda: type(heapq.heappop(heap)).__name__)
heap = []
heap.extend(Less(heap, number) for number in range(6))
attempt("heapify", lambda: heapq.heapify(heap))
heap = []
heap.extend(Less(heap, number) for number in range(6))
attempt("heappush", lambda: heapq.heappush(heap, Less(heap, 1)))
heap = []
heap.extend(Less(heap, number) for number in range(6))
attempt("heapreplace", lambda: type(heapq.heapreplace(heap, Less(heap, 1))).__name__)

# Iterators that change what they fill.
items = [1, 2, 3]
attempt("slice from own iterator", lambda: items.__setitem__(slice(1, 2), (items.clear() or x for x in (7, 8))))
print(items)
items = [1, 2, 3]
attempt("extend by own iterator", lambda: items.extend(items.pop() for _ in range(2)))
print(items)
table = {1: 1, 2: 2}
attempt("update by own keys", lambda: table.update((table.clear() or (x, x)) for x in (7, 8)))
print(table)
bag = {1, 2, 3}
attempt("set update", lambda: bag.update(bag.clear() or x for x in (7, 8)))
print(bag)
bag = {1, 2, 3}
attempt("set difference", lambda: bag.difference_update(bag.clear() or x for x in (7, 8)))
print(bag)
row = collections.deque(range(5))
attempt("deque extend", lambda: row.extend(row.clear() or x for x in (7, 8)))
print(row)
row = collections.deque(range(5))
attempt("deque rotate", lambda: row.rotate(Index(row, 2)))
print(row)
row = collections.deque(range(5))
attempt("deque get", lambda: row[Index(row, 3)])
row = collections.deque(range(5))
attempt("deque insert", lambda: row.insert(Index(row, 3), 1))
print(row)
numbers = array.array("i", range(5))


class Shrink:
    def __index__(self):
        del numbers[:]
        return 3


attempt("array get", lambda: numbers[Shrink()])
numbers = array.array("i", range(5))
attempt("array set", lambda: numbers.__setitem__(3, Shrink()))
numbers = array.array("i", range(5))
attempt("array insert", lambda: numbers.insert(3, Shrink()))
print(numbers)
text = ["a", "b", "c"]
attempt("join", lambda: "-".join(text.clear() or x for x in "xyz"))
parts = bytearray(b"-")
attempt("bytearray join", lambda: parts.join(parts.clear() or x for x in (b"x", b"y")))
