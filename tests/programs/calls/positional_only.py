"""Parameters before a slash cannot be named, and their names are free for **kwargs."""
def f(a, b=2, /, **kw): return a, b, kw
print(f(1), f(1, 3, a=5, b=6))
try: f(a=1)
except TypeError as e: print(e)
