"""Containers that are changed by finalisers of what they let go, in the middle of the operation."""
import collections
import gc
import weakref


class Bomb:
    """Does something when it goes."""

    def __init__(self, does):
        self.does = does

    def __del__(self):
        self.does()


items = []
items.extend([Bomb(lambda: items.append("after")), 1, 2])
items[0] = 0
print(items)
items[:] = [Bomb(lambda: items.clear()), 1, 2]
items[:] = [5, 6]
print(items)
items[:] = [Bomb(lambda: items.extend(range(100))) for _ in range(3)]
items.clear()
print(len(items))
items[:] = [Bomb(lambda: items.clear()), 1]
del items[0]
print(items)
items[:] = [Bomb(lambda: items.append(1)) for _ in range(5)]
items.pop(0)
items.pop()
print(len(items))
items.clear()
items.clear()

table = {}
table.update(a=Bomb(lambda: table.clear()), b=1)
table["a"] = 2
print(table)
table.update(a=Bomb(lambda: table.update((n, n) for n in range(50))), b=1)
del table["a"]
print(len(table))
table.clear()
table.update((n, Bomb(lambda: table.__setitem__("new", 1))) for n in range(4))
table.clear()
print(table)
table.clear()
table["x"] = Bomb(lambda: table.pop("y", None))
table["y"] = Bomb(lambda: table.pop("x", None))
table["x"] = None
print(table)
table.clear()


class Key(Bomb):
    def __hash__(self): return 1
    def __eq__(self, other): return self is other


bag = set()
bag.update({Key(lambda: bag.clear()), Key(lambda: bag.add(5)), 1})
while bag:
    bag.pop()
    if len(bag) == 1 and 5 in bag:
        break
print(bag)
bag = set()
bag.update(Key(lambda: bag.add(7)) for _ in range(4))
bag.clear()
print(bag)

row = collections.deque()
row.extend(Bomb(lambda: row.append(0)) for _ in range(4))
row.clear()
print(list(row))
row.extend(Bomb(lambda: row.clear()) for _ in range(4))
row.popleft()
print(len(row))
row = collections.deque(maxlen=2)
row.extend(Bomb(lambda: row.clear()) for _ in range(2))
row.append(1)
print(list(row))

order = collections.OrderedDict()
order["a"] = Bomb(lambda: order.move_to_end("b"))
order["b"] = 2
order["a"] = 1
print(order)
order["c"] = Bomb(lambda: order.update(d=1))
order.popitem()
print(order)


class Thing:
    pass


thing = Thing()
thing.a = Bomb(lambda: thing.__dict__.clear())
thing.b = 1
thing.a = 2
print(vars(thing))
thing.a = Bomb(lambda: setattr(thing, "c", 1))
del thing.a
print(vars(thing))
thing.a = Bomb(lambda: setattr(thing, "__dict__", {"new": 1}))
thing.__dict__ = {"other": 2}
print(vars(thing))
thing.a = Bomb(lambda: setattr(thing, "__class__", Other))


class Other:
    pass


thing.a = 1
print(type(thing).__name__)


def local():
    x = Bomb(lambda: print("local", "x" in frame.f_locals))
    import sys
    frame = sys._getframe()
    x = 1
    return x


local()

weak = weakref.WeakValueDictionary()
one, two = Thing(), Thing()
one.bomb = Bomb(lambda: weak.clear())
weak[1], weak[2] = one, two
del one
print(len(weak))


class Node:
    def __init__(self):
        self.me = self

    def __del__(self):
        nodes.clear()
        alive.append(self)


nodes, alive = [Node() for _ in range(3)], []
nodes.clear()
gc.collect()
print(len(alive))
alive.clear()
gc.collect()
print(len(alive))


def generator():
    try:
        yield 1
    finally:
        kept.append(sys_frames())


def sys_frames():
    kept.clear()
    return "closed"


kept = []
g = generator()
next(g)
kept.append(g)
del g
kept.clear()
print(kept)
