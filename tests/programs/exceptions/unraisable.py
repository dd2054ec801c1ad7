# Errors that nobody can catch go to sys.unraisablehook.
import sys
import re


def hook(args):
    message = args.err_msg and re.sub("0x[0-9a-f]+", "0x", args.err_msg)
    print(args.exc_type.__name__, args.exc_value, "|", message, "|", args.object)


sys.unraisablehook = hook


class Del:
    def __del__(self):
        raise ValueError("in __del__")


Del()


def generator():
    try:
        yield
    finally:
        raise KeyError("in finally")


g = generator()
next(g)
del g


class Resurrect:
    kept = []

    def __del__(self):
        self.kept.append(self)


Resurrect()
print(len(Resurrect.kept))
Resurrect.kept.clear()
print(len(Resurrect.kept))
try:
    sys.__unraisablehook__(3)
except TypeError as error:
    print(error)
