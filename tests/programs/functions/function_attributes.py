"""What a function object carries, and what can be changed."""
def f(a, b=1, *, c: int = 2) -> str:
    "The docstring."
    x = a
    return x
print(f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__annotations__)
code = f.__code__
print(code.co_name, code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_varnames, code.co_nlocals)
f.extra = 5
print(f.__dict__, f.extra)
f.__name__ = "renamed"; f.__qualname__ = "q.renamed"; f.__doc__ = None
print(f.__name__, repr(f).split(" at ")[0], f.__doc__)
def g(a, b): return a * b
f.__code__ = g.__code__
f.__defaults__ = (7,)
print(f(3))
class K:
    def method(self): pass
    class Inner:
        def deep(self): return lambda: 0
print(K.method.__qualname__, K.Inner().deep().__qualname__)
bound = K().method
print(bound.__func__ is K.method, bound.__self__.__class__, bound.__name__, bound == bound, K().method == K().method)
for bad in ("f.__name__ = 1", "f.__code__ = 2", "f.__defaults__ = 3", "del f.__name__", "bound.x = 1", "f.__closure__ = ()", "f.__globals__ = {}"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
