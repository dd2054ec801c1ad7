"""functools: partial, reduce, wraps, lru_cache, singledispatch, cached_property, total_ordering."""
from functools import partial, reduce, wraps, lru_cache, singledispatch, cached_property, total_ordering, cmp_to_key, partialmethod
p = partial(int, base=2)
print(p("101"), p.func, p.args, p.keywords, partial(p, "11")())
print(reduce(lambda a, b: a * b, range(1, 6)), reduce(max, [3], 9), reduce(lambda a, b: a + b, [[1], [2]], []))
try:
    reduce(max, [])
except TypeError as error:
    print(error)
@lru_cache(maxsize=2)
def square(n):
    print("computing", n)
    return n * n
print(square(2), square(2), square(3), square(4), square(2), square.cache_info())
square.cache_clear(); print(square.cache_info())
def deco(f):
    @wraps(f)
    def wrapper(*a): return f(*a)
    return wrapper
@deco
def documented(x): "Docs"; return x
print(documented.__name__, documented.__doc__, documented.__wrapped__(3))
@singledispatch
def describe(x): return "something"
@describe.register
def _(x: int): return "int"
@describe.register(list)
def _(x): return "list"
print(describe(1), describe([]), describe("s"), describe(True))
class K:
    @cached_property
    def slow(self):
        print("once")
        return 5
    def add(self, a, b): return a + b
    add5 = partialmethod(add, 5)
k = K(); print(k.slow, k.slow, k.__dict__, k.add5(1))
@total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
print(V(1) <= V(1), V(2) > V(1), V(2) >= V(3))
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))
