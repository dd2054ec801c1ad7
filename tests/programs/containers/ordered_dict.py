# Order is moved, compared and kept; subclasses' own methods are used.
from collections import OrderedDict
import pickle

od = OrderedDict.fromkeys("abcde")
od.move_to_end("b")
od.move_to_end("d", last=False)
print(list(od), list(reversed(od)), od.popitem(False), od.popitem())
for number in range(1000):
    od[number] = number
    od.move_to_end(number, last=number % 2 == 0)
    if number > 5:
        od.popitem(last=number % 3 == 0)
print(list(od.items()))
print(OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1, b=2) == dict(b=2, a=1))
print(od.keys(), type(od.items()).__name__, list(reversed(od.values()))[:2])
print(OrderedDict(a=1) | {"b": 2}, {"b": 2} | OrderedDict(a=1))


class Shouting(OrderedDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)


shouting = Shouting(a=1)
shouting.update(b=2)
shouting.setdefault("c", 3)
shouting.attribute = 5
print(shouting, shouting.copy(), pickle.loads(pickle.dumps(shouting)).attribute)
try:
    for key in shouting:
        shouting.move_to_end(key)
except RuntimeError as error:
    print(error)
for bad in (lambda: OrderedDict(1, 2), lambda: OrderedDict([(1,)]), lambda: OrderedDict().popitem(), lambda: od.move_to_end("no")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
