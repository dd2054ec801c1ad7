# One loop, one subscript, one unpacking for sequences of several kinds.


def items(sequence):
    found = []
    for item in sequence:
        found.append(item)
    return found


def second(container):
    return container[1]


def three(sequence):
    a, b, c = sequence
    return c, b, a


def two(sequence):
    a, b = sequence
    return b, a


class MyList(list):
    def __getitem__(self, index):
        return "mine"


class MyTuple(tuple):
    def __iter__(self):
        return iter("xyz")


def run():
    sequences = [[1, 2, 3], (4, 5, 6), range(7, 10), "abc", {1: "one", 2: "two", 3: 3}, MyList([1, 2, 3]), MyTuple((1, 2, 3))]
    sequences.append({10, 11, 12})
    result = []
    for sequence in sequences:
        result.append(items(sequence))
        result.append(three(sequence))
        if not isinstance(sequence, set):
            result.append(second(sequence))
    for pair in [(1, 2), [3, 4], "ab", range(2), {5: 6, 7: 8}]:
        result.append(two(pair))
    return result


for _ in range(40):
    run()
for line in run():
    print(line)


def failing(function, value):
    try:
        print(function(value))
    except (ValueError, TypeError, IndexError, KeyError) as error:
        print(type(error).__name__, error)


for value in [(1,), [1], (1, 2, 3, 4), [1, 2, 3, 4], 5, None, "a", {}]:
    failing(two, value)
    failing(three, value)
    failing(second, value)

# A list that changes while it is looped over, and an iterator that goes on.
grown = [1, 2, 3]
seen = []
for item in grown:
    seen.append(item)
    if len(grown) < 8:
        grown.append(item * 2)
print(seen)
iterator = iter(grown)
next(iterator)
print(items(iterator), items(iterator))

# Hashes of tuples are kept; equal tuples are equal keys.
keys = {}
for _ in range(3):
    key = (1, "a", (2.0, None))
    keys[key] = keys.get(key, 0) + 1
print(keys, hash((1, 2)) == hash((1, 2)), hash(()) == hash(()))


class Moody:
    def __init__(self):
        self.mood = 1

    def __hash__(self):
        return self.mood

    def __eq__(self, other):
        return isinstance(other, Moody)


try:
    hash((1, []))
except TypeError as error:
    print(error)
print((Moody(), 1) == (Moody(), 1), (1, 2) == (1, 2, 3), (1, float("nan")) == (1, float("nan")))
