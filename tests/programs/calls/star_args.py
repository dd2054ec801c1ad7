"""*args and **kwargs collect; empty ones are empty."""
def f(*args, **kwargs): return args, kwargs
print(f(), f(1), f(a=1), f(1, 2, a=3), f(*"xyz", **{"k": 1}))
def g(first, *rest): return first, rest
print(g(1), g(1, 2, 3), g(*range(3)))
