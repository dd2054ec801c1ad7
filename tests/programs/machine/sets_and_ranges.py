# Operators of sets with keys of all kinds, in CPython's order, and with keys whose comparison changes the sets.
class Same:
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return self.number % 3

    def __eq__(self, other):
        return isinstance(other, Same) and self.number == other.number

    def __repr__(self):
        return f"Same({self.number})"


kinds = {
    "ints": [set(range(0, 40, 3)), set(range(0, 40, 2)), {6, 12}, {-1, -2, 1 << 61}, set()],
    "many": [set(range(500)), set(range(250, 900, 7)), {1, 10**20, 1.0, True}],
    "equal hashes": [{-1, 5}, {-2, 5}, {2**61 - 1, 0}, {0}, {2**61 - 2, -2}],
    "tuples": [{(1, 2), (3,)}, {(3,), ()}, {(1, 2)}],
    "mixed": [{1, 1.5, None}, {1.0, None}, {True}],
    "objects": [{Same(n) for n in range(6)}, {Same(n) for n in range(3, 9)}, {Same(4)}],
}
for kind, sets in kinds.items():
    for a in sets:
        for b in sets:
            parts = [a & b, a - b, a | b, frozenset(a) & b, frozenset(a) - b]
            facts = [a <= b, a < b, a == b, a != b, a >= b, a.isdisjoint(b), frozenset(a) == frozenset(b)]
            if kind == "many":
                parts = [(len(part), sum(part)) for part in parts]
            print(kind, [list(part) if isinstance(part, (set, frozenset)) else part for part in parts], *map(int, facts))

words = {"a", "bc", "d" * 40}
for other in [{"a", "d" * 40}, {"a", "x"}, {"d" * 20 + "d" * 20}, {b"a"}]:
    print(sorted(words & other), sorted(words - other), words >= other, other <= words)

hashed = [frozenset(range(n)) for n in (3, 3, 4)]
print(len({*hashed}), hashed[0] == hashed[1], hashed[0] == hashed[2], hashed[0] != hashed[2])


class Meddler:
    def __init__(self, target):
        self.target = target

    def __hash__(self):
        return 7

    def __eq__(self, other):
        self.target.add(len(self.target) + 100)
        return NotImplemented


target = {7, 1, 2}
meddler = Meddler(target)
other = {meddler, 1, 3}
for operation in [set.intersection, set.difference, set.issubset, set.isdisjoint]:
    try:
        result = operation(set(other), target)
        print(operation.__name__, result if isinstance(result, bool) else sorted(x for x in result if x != meddler))
    except RuntimeError as error:
        print(operation.__name__, error)


def inside(key, container):
    return key in container


for _ in range(60):
    answers = [inside(1, {1, 2}), inside("a", frozenset("abc")), inside({1}, {frozenset([1])}), inside(1.0, {1})]
print(answers)
for container in [{1}, frozenset(), type("Derived", (set,), {"__contains__": lambda self, key: "asked"})()]:
    for _ in range(60):
        result = inside(1, container)
    print(result)
for _ in range(40):
    try:
        inside([], {1})
    except TypeError as error:
        message = error
print(message)

# Dicts that are stored into, with keys that meddle.
class Key:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ZeroDivisionError


def store(target, key, value):
    target[key] = value


namespace = {}
for number in range(100):
    store(namespace, number % 7, number)
    store(namespace, "text", number)
print(namespace)
for _ in range(3):
    try:
        store({1: 2}, Key(), 3)
    except ZeroDivisionError as error:
        print("not equal to anything")
    try:
        store({}, [], 3)
    except TypeError as error:
        print(error)


class Last:
    def __del__(self):
        print("gone")


store(namespace, 1, Last())
store(namespace, 1, 0)


# Slices and items of ranges, near and far.
large = 2**62
for numbers in [
    range(10),
    range(10, 0, -3),
    range(0),
    range(-5, 5, 2),
    range(large - 5, large + 5),
    range(0, 10**30, 10**29),
]:
    for part in [
        slice(None),
        slice(1, None),
        slice(None, -1),
        slice(2, 5),
        slice(None, None, -1),
        slice(-3, None, 2),
        slice(8, 1, -2),
        slice(100, -100, -1),
        slice(-100, 100),
        slice(None, None, large),
        slice(10**30, None, -1),
    ]:
        taken = numbers[part]
        items = []
        for index in [0, -1, 1]:
            try:
                items.append(taken[index])
            except IndexError:
                items.append("none")
        print(taken, len(taken), *items)
for wrong in [slice(None, None, 0), slice("a"), 1.5, 10]:
    try:
        range(10)[wrong]
    except (ValueError, TypeError, IndexError) as error:
        print(error)
print(min({3, 1, 2}), max((1, 3, 2)), min([2.5, 1]), max({"b": 1, "a": 2}), min("hello", key=ord), min([], default=5))
