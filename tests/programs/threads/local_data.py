# Each thread sees its own attributes of a threading.local, also in subclasses with __init__ and __slots__.
import gc
import threading
import weakref


class Counter(threading.local):
    kind = "counter"
    __slots__ = ("shared",)

    def __init__(self, start):
        self.value = start

    @property
    def double(self):
        return self.value * 2


counter = Counter(7)
counter.value += 1
counter.shared = "all"
seen = []


def look():
    seen.append((counter.value, counter.double, counter.kind, counter.shared, sorted(counter.__dict__)))
    counter.value = -1


thread = threading.Thread(target=look)
thread.start()
thread.join()
print(seen, counter.value, counter.double)

plain = threading.local()
plain.x = 1
try:
    del plain.y
except AttributeError as error:
    print(error)
try:
    plain.__dict__ = {}
except AttributeError as error:
    print(error)
try:
    threading.local(1)
except TypeError as error:
    print(error)


class Thing:
    pass


thing = Thing()
alive = weakref.ref(thing)


def keep():
    plain.thing = thing


thread = threading.Thread(target=keep)
thread.start()
thread.join()
del thing, keep
gc.collect()
print(alive() is None)
