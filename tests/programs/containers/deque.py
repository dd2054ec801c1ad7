# Both ends, bounds, rotation, and what happens when a deque changes while it is read.
from collections import deque
import copy, pickle

d = deque(range(5), maxlen=3)
print(d, d.maxlen, d + d, d * 2)
d.rotate(1)
d.appendleft("left")
print(d)
d = deque("abcdef")
d.rotate(-2)
d.insert(2, "z")
del d[0]
d.remove("e")
d.reverse()
print(d, d.index("z"), "z" in d, d.count("z"), d[-1])
for act in (d.clear, lambda: d.extendleft("xyz"), lambda: d.append(d), lambda: d.pop()):
    act()
    print(d)
d = deque([1, 2, 3])
d.append(d)
print(d)
d = deque([1, 2, 3])
try:
    for item in d:
        d.append(item)
except RuntimeError as error:
    print(error)


class Spy:
    def __eq__(self, other):
        d.clear()
        return False


d = deque([Spy(), 2])
for act in (lambda: d.index(5), lambda: d.remove(5), lambda: d.count(5), lambda: 5 in d):
    d.extend([Spy(), 2])
    try:
        print(act())
    except (RuntimeError, IndexError, ValueError) as error:
        print(type(error).__name__, error)
d = deque([1, 2], 5)
print(pickle.loads(pickle.dumps(d)), copy.copy(d), copy.deepcopy(d), d == deque([1, 2]), d < deque([1, 3]))
print(d.__reduce__()[:2], reversed(d).__length_hint__())
for bad in (lambda: deque(1), lambda: deque([], -1), lambda: deque([], "a"), lambda: d[9], lambda: deque().pop(), lambda: d + [1]):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
