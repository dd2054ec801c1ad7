"""Containers changed while something walks over them."""
a = [1, 2, 3, 4]
for x in a:
    if x < 3: a.append(x * 10)
    a.remove(x)
print(a)
b = [1, 2, 3]
for x in b:
    b.clear()
print(b)
class Killer:
    def __init__(self, victim): self.victim = victim
    def __eq__(self, other):
        self.victim.clear()
        return False
v = []
v.extend([Killer(v), 1, 2, 3])
print(3 in v, v)
v = []; v.extend([Killer(v), 1, 2, 3])
try:
    print(v.index(3))
except ValueError as error:
    print(error)
v = []; v.extend([Killer(v)] * 3); print(v.count(5), v)
v = []; v.extend([Killer(v), 1]); print(v == [0, 1], v)
v = []; v.extend([1, Killer(v)])
try:
    v.remove(9)
except ValueError as error:
    print(error)
class Shrink:
    def __lt__(self, other):
        data.clear()
        return True
data = []
data.extend(Shrink() for _ in range(5))
try:
    data.sort()
except ValueError as error:
    print(error)
data = [3, 1, 2]
def key(x):
    data.append(99)
    return x
try:
    data.sort(key=key)
except ValueError as error:
    print(error, data)
class EvilHash:
    armed = False
    def __hash__(self): return 1
    def __eq__(self, other):
        if EvilHash.armed:
            EvilHash.armed = False
            table.clear()
            for i in range(50): table[i] = i
        return self is other
table = {}
keys = [EvilHash() for _ in range(5)]
for k in keys: table[k] = 1
EvilHash.armed = True
try:
    print(table.get(EvilHash(), "none"))
except RuntimeError as error:
    print("RuntimeError", error)
EvilHash.armed = True
print(len(table) in (50, 51))
s = {1, 2, 3}
class EvilSet:
    def __hash__(self): return 1
    def __eq__(self, other):
        s.clear()
        return False
s.add(EvilSet()); print(len(s))
items = [1, 2, 3]
items[:] = (items.pop() for _ in range(3)); print(items)
it = iter(items); items.clear(); print(list(it)); items.append(1); print(list(it))
class Repr:
    def __repr__(self):
        rs.clear()
        return "R"
rs = [Repr(), 1, 2]
print(rs)
d = {1: None, 2: 2}
class DRepr:
    def __repr__(self):
        d.clear()
        return "D"
d[1] = DRepr()
try:
    print(d)
except RuntimeError as error:
    print(error)
