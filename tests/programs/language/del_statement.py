"""del of names, attributes, items, slices, and what is missing."""
x = 1
del x
try:
    x
except NameError as error:
    print(error)
items = list(range(10))
del items[0], items[-1]
print(items)
del items[::2]
print(items)
del items[:]
print(items)
table = {"a": 1, "b": 2}
del table["a"]
print(table)
class Thing: pass
thing = Thing()
thing.a = thing.b = 1
del thing.a
print(vars(thing))
(p, [q]) = 1, [2]
del (p, [q])
for bad in ("del p", "del items[5]", "del table['zz']", "del thing.zz", "del (1,)[0]", "del 'abc'[0]", "del Thing.zz"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
