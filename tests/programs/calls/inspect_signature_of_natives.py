"""Built-in functions know their signatures and docstrings."""
import inspect
for f in (len, abs, sorted, print, isinstance, round, pow, sum, open, str.split, list.append, dict.get, int.to_bytes):
    print(f.__name__, inspect.signature(f), bool(f.__doc__), f.__qualname__)
