"""Uncaught NameError with a suggestion."""
class Thing:
    colour = 1
def f():
    value_one = 1
    return valu_one
try:
    Thing().color
except AttributeError as error:
    import traceback
    traceback.print_exc()
try:
    import mathh
except ImportError:
    traceback.print_exc()
try:
    from math import sqroot
except ImportError:
    traceback.print_exc()
f()
