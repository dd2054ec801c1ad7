# partial with placeholders, caches, keys from comparisons.
import pickle
from functools import Placeholder, cmp_to_key, lru_cache, partial, reduce


def show(*args, **kwargs):
    return args, kwargs


p = partial(show, 1, Placeholder, 3, x=1)
print(p(2), p(2, 4, y=2), partial(p, 5).args, p.keywords)
print(partial(partial(show, 1), 2)(3), partial(show, a=1)(a=2, b=3))
print(pickle.loads(pickle.dumps(partial(int, base=2)))("101"))


class C:
    method = partial(show, Placeholder, "fixed")


print(C().method()[0][1:], p.__get__(5)(6))
for bad in (lambda: partial(), lambda: partial(1), lambda: partial(show, Placeholder), lambda: p(), lambda: partial(show, a=Placeholder)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)


@lru_cache(maxsize=3)
def double(x):
    return x * 2


for x in [1, 2, 3, 1, 4, 2, 1]:
    double(x)
print(double.cache_info(), double.cache_parameters())
double.cache_clear()
print(double.cache_info())


@lru_cache(maxsize=None, typed=True)
def kind(x, y=0):
    return type(x).__name__


print(kind(1), kind(1.0), kind(1, y=2), kind(1, y=2), kind.cache_info())


@lru_cache(maxsize=2)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


print(fibonacci(15), fibonacci.cache_info())
print(sorted("banana", key=cmp_to_key(lambda a, b: (a < b) - (a > b))))
print(reduce(lambda a, b: a * b, range(1, 6)), reduce(lambda a, b: a + b, [], "start"))
