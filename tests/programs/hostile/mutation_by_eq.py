"""Containers that are changed by the `__eq__` and `__hash__` of what they hold, in the middle of a comparison or search."""
import collections
import functools
import operator


def attempt(name, call):
    try:
        result = call()
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}")
    else:
        print(f"{name}: {result!r}"[:100])


class Trap:
    """Equal to nothing, or to all; does something when it is asked, once."""

    def __init__(self, does=None, answer=False):
        self.does, self.answer = does, answer

    def __eq__(self, other):
        does, self.does = self.does, None
        if does:
            does()
        return self.answer

    def __hash__(self):
        return 7

    def __repr__(self):
        return "trap"


def refill(victim):
    """A way to empty a container and fill it with other things."""
    def does():
        victim.clear()
        if isinstance(victim, dict):
            victim.update((number, "new") for number in range(30))
        elif isinstance(victim, set):
            victim.update(range(30))
        else:
            victim.extend(range(30))
    return does


SEQUENCES = {
    "contains": lambda victim: 5 in victim,
    "index": lambda victim: victim.index(5),
    "count": lambda victim: victim.count(5),
    "remove": lambda victim: victim.remove(5),
    "equal": lambda victim: victim == type(victim)([1, 2, 3]),
    "less": lambda victim: victim < type(victim)([1, 2, 3]),
    "countOf": lambda victim: operator.countOf(victim, 5),
    "indexOf": lambda victim: operator.indexOf(victim, 5),
}
for kind in list, collections.deque:
    for answer in False, True:
        for change in "clear", "refill":
            for name, call in SEQUENCES.items():
                victim = kind()
                does = victim.clear if change == "clear" else refill(victim)
                victim.extend([0, Trap(does, answer), 2])
                attempt(f"{kind.__name__} {name} {answer} {change}", lambda: call(victim))
                print("   ", len(victim))

MAPPINGS = {
    "get": lambda victim: victim.get(Trap()),
    "contains": lambda victim: Trap() in victim,
    "set": lambda victim: victim.__setitem__(Trap(), 1),
    "delete": lambda victim: victim.__delitem__(Trap()),
    "pop": lambda victim: victim.pop(Trap(), "default"),
    "setdefault": lambda victim: victim.setdefault(Trap(), "default"),
    "update": lambda victim: victim.update({Trap(): 1}),
    "or": lambda victim: len(victim | {Trap(): 1}),
    "equal": lambda victim: victim == {Trap(): 1, 1: 2, 2: 3},
    "equal values": lambda victim: {"a": Trap(victim.clear), "b": 1} == {"a": 2, "b": 1},
    "items contain": lambda victim: (Trap(), 1) in victim.items(),
    "keys and": lambda victim: len(victim.keys() & {Trap()}),
    "keys equal": lambda victim: victim.keys() == {Trap(), 1, 2},
    "fromkeys": lambda victim: len(dict.fromkeys([Trap(victim.clear), Trap(), Trap()])),
}
# (An OrderedDict's search crashes the reference: see crashers.py.)
for kind in dict, collections.Counter:
    for answer in False, True:
        for change in "clear", "refill":
            for name, call in MAPPINGS.items():
                victim = kind()
                does = victim.clear if change == "clear" else refill(victim)
                victim[Trap(does, answer)] = 1
                victim.update({1: 2, 2: 3})
                attempt(f"{kind.__name__} {name} {answer} {change}", lambda: call(victim))

SETS = {
    "contains": lambda victim: Trap() in victim,
    "add": lambda victim: victim.add(Trap()),
    "remove": lambda victim: victim.remove(Trap()),
    "discard": lambda victim: victim.discard(Trap()),
    "update": lambda victim: victim.update([Trap(), 1]),
    "and": lambda victim: len(victim & {Trap(), 1}),
    "or": lambda victim: len(victim | {Trap(), 1}) > 0,
    "minus": lambda victim: len(victim - {Trap(), 5}) >= 0,
    "xor": lambda victim: len(victim ^ {Trap(), 5}) >= 0,
    "and in place": lambda victim: len(operator.iand(victim, {Trap(), 1})) >= 0,
    "xor in place": lambda victim: len(operator.ixor(victim, {Trap(), 1})) >= 0,
    "equal": lambda victim: victim == {Trap(), 1, 2},
    "subset": lambda victim: victim <= {Trap(), 1, 2, 3},
    "disjoint": lambda victim: victim.isdisjoint([Trap()]),
    "set of a list": lambda victim: len({Trap(victim.clear), Trap(), Trap()}),
}
for answer in False, True:
    for change in "clear", "refill":
        for name, call in SETS.items():
            victim = set()
            does = victim.clear if change == "clear" else refill(victim)
            victim.update([Trap(does, answer), 1, 2])
            attempt(f"set {name} {answer} {change}", lambda: call(victim))


@functools.lru_cache(maxsize=3)
def cached(key):
    return "result"


for number in range(5):
    attempt("cache", lambda: cached(Trap(cached.cache_clear, number % 2 == 0)))
    attempt("cache again", lambda: cached(Trap()))


names = {Trap(lambda: names.clear()): 1, "x": 1}
attempt("names", lambda: eval("x", {"__builtins__": {}}, names))
