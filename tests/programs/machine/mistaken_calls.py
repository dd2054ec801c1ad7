# What is said of wrong keyword names, of too many of them, and of a module that is called.
import collections
import functools
import itertools
import types


def attempt(function, *arguments, **keywords):
    try:
        print(function(*arguments, **keywords))
    except TypeError as error:
        print(error)


attempt(max, 1, 2, nam=3)
attempt(min, 0, kez=1)
attempt(min, 0, default=1, key=None, foo=1)
attempt(ImportError, namez=1)
attempt(AttributeError, nam=1)
attempt(itertools.product, 0, repea=2)
attempt(itertools.product, 0, repeat=1, foo=2)
attempt(collections.deque, iterablee=2)
attempt(zip, stric=1)
attempt(zip, strict=1, b=2)
attempt(map, len, stric=3)
attempt({}.__contains__)
attempt([].__getitem__, 1, 2)

module = types.ModuleType("module")
attempt(module)
module.module = len
attempt(module)
module.module = 3
attempt(module)
attempt(functools)
