# Attributes that tell or change more than their object raise audit events.
import sys

listening = False


def hook(event, arguments):
    if listening and event.startswith("object."):
        print("   ", event, [item if isinstance(item, str) else type(item).__name__ for item in arguments])


sys.addaudithook(hook)


class A:
    pass


class B:
    pass


class C(A):
    pass


def f(a=1, *, b=2):
    yield a


def attempt(action, what):
    print(what)
    try:
        action()
    except Exception as error:
        print("   ", type(error).__name__, error)


a, generator = A(), f()
try:
    1 / 0
except ZeroDivisionError as error:
    traceback = error.__traceback__

listening = True
for name, value in [("__name__", "X"), ("__qualname__", "X"), ("__module__", "m"), ("__bases__", (B,)), ("__doc__", "X")]:
    attempt(lambda: setattr(C, name, value), f"C.{name} = ..")
attempt(lambda: setattr(C, "plain", 1), "C.plain = ..")
attempt(lambda: setattr(a, "__class__", B), "a.__class__ = ..")
for name in ["__code__", "__defaults__", "__kwdefaults__", "__name__"]:
    attempt(lambda: getattr(f, name), f"f.{name}")
attempt(lambda: setattr(f, "__defaults__", (2,)), "f.__defaults__ = ..")
attempt(lambda: delattr(f, "__defaults__"), "del f.__defaults__")
for thing, name in [(generator, "gi_code"), (generator, "gi_frame"), (traceback, "tb_frame"), (sys._getframe(), "f_code")]:
    attempt(lambda: getattr(thing, name), name)
