"""functools.partial and method references behave like functions."""
from functools import partial
add = partial(lambda a, b, c=0: a + b + c, 1)
print(add(2), add(2, c=3), partial(add, c=10)(5), list(map(partial(pow, 2), range(5))), partial("{}-{}".format, "a")("b"))
