"""import in its forms, inside functions, of missing things."""
import sys, os.path as path
from sys import version_info as v, maxsize
print(v >= (3, 14), maxsize == 2**63 - 1, path.join("a", "b"))
def inside():
    import math
    from math import pi as p, floor
    return math.sqrt(16), floor(p)
print(inside())
for statement in ("import nowhere", "from sys import nothing", "import sys.nothing", "from nowhere.deep import x"):
    try:
        exec(statement)
    except ImportError as error:
        print(type(error).__name__, error, error.name)
from string import *
print(digits, "Template" in dir())
import collections.abc
print(collections.abc.Sized.__name__, sys.modules["collections.abc"] is collections.abc)
print(__import__("os.path").__name__ == "os", __import__("os.path", fromlist=["join"]).__name__)
