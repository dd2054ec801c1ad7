# gc as programs see it: what it tracks, finds, counts and calls.
import gc
import weakref


class Node:
    pass


def cycle():
    node = Node()
    node.self = node
    return weakref.ref(node)


gc.collect()
dead = cycle()
print(gc.collect() > 0, dead() is None, gc.isenabled())
print(gc.get_threshold())
print([gc.is_tracked(value) for value in (1, "a", (), (1, "a"), ([],), [], {}, set(), Node(), Node, 1.5, b"")])
print(len(gc.get_referents(["a", gc])), gc.get_referents({}, 1, "a"))
holder = [dead]
print(any(value is holder for value in gc.get_referrers(dead)))
print(any(value is holder for value in gc.get_objects()))

calls = []
gc.callbacks.append(lambda phase, info: calls.append((phase, info["generation"], info["collected"] > 0)))
cycle()
gc.collect()
gc.collect(0)
gc.callbacks.clear()
print(calls)

gc.set_debug(gc.DEBUG_SAVEALL)
cycle()
gc.collect()
gc.set_debug(0)
print([type(value).__name__ for value in gc.garbage if isinstance(value, Node)])
gc.garbage.clear()

before = gc.get_stats()[2]["collections"]
gc.collect()
print(gc.get_stats()[2]["collections"] - before, gc.get_count()[1:])
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())
for call in (lambda: gc.collect(3), lambda: gc.get_objects(-1), lambda: gc.get_objects("x"), lambda: gc.set_threshold()):
    try:
        call()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


class Finalised:
    def __del__(self):
        print("finalised", self.name, gc.is_finalized(self))
        saved.append(self)


saved = []
value = Finalised()
value.name, value.me = "once", value
del value
gc.collect()
print(len(saved), gc.is_finalized(saved[0]))
saved.clear()
gc.collect()
