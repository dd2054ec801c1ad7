"""What making a class can refuse, and in which words."""


def attempt(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error, getattr(error, "__notes__", ""))


class A: pass
class M(type): pass
class N(type): pass
class WithM(metaclass=M): pass
class WithN(metaclass=N): pass
class Named:
    def __set_name__(self, owner, name): raise KeyError(name)


attempt(lambda: type())
attempt(lambda: type(1, 2, 3))
attempt(lambda: type("a", (), 3))
attempt(lambda: type("a", (bool,), {}))
attempt(lambda: type("a", (int, str), {}))
attempt(lambda: type("a", (object, A), {}))
attempt(lambda: type("a", (A, A), {}))
attempt(lambda: type("a", (WithM, WithN), {}))
attempt(lambda: type("a", (), {"__slots__": (1,)}))
attempt(lambda: type("a", (), {"__slots__": "a b"}))
attempt(lambda: type("a", (), {"__slots__": "x", "x": 1}))
attempt(lambda: type("a", (int,), {"__slots__": "x"}))
attempt(lambda: type("a", (), {"d": Named()}))
attempt(lambda: type("a", (), {}, x=1))
attempt(lambda: setattr(A, "__bases__", ()))
attempt(lambda: setattr(A(), "__class__", int))
attempt(lambda: setattr(int, "x", 1))
