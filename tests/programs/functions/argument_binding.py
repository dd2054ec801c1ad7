"""How arguments meet parameters."""
def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw
print(f(1, d=4))
print(f(1, 2, 3, 4, 5, d=6, z=7))
print(f(1, d=4, c=9, a=8, b=7))
print(f(*[1, 2], *(3,), **{"d": 4}, **{"x": 5}))
def g(*, only): return only
def h(x, /): return x
print(g(only=1), h(1))
def defaults(a=1, *, b=2): return a, b
print(defaults(), defaults(5), defaults(b=6), defaults(5, b=6))
def gather(*args, **kwargs): return args, kwargs
print(gather(), gather(*"ab"), gather(**{"k": 1}), gather(1, *[2, 3], k=4))
print(gather(**dict(self=1, args=2)))
args, kwargs = [1], {"k": 2}
r = gather(*args, **kwargs)
args.append(5); kwargs["z"] = 6
print(r)
