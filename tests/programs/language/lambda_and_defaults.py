"""Lambdas and default values: evaluated once, at definition."""
def grow(item, bag=[]):
    bag.append(item)
    return bag
print(grow(1), grow(2), grow(3, []))
fs = [lambda x, n=n: x + n for n in range(3)]
print([f(10) for f in fs])
print((lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4))
print((lambda: (yield))().__class__.__name__)
print((lambda x: lambda y: x + y)(1)(2))
f = lambda a, b=2, /, c=3, *, d=4: (a, b, c, d)
print(f(1), f(1, 5, c=6, d=7), f.__defaults__, f.__kwdefaults__, f.__name__)
f.__defaults__ = (9, 8)
print(f(1))
