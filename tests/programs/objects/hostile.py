# Programs that change classes and objects from within never crash the interpreter.
import gc
import weakref


class Evil:
    def __hash__(self):
        return hash("attr")

    def __eq__(self, other):
        try:
            del C.attr
        except AttributeError:
            pass
        return False


class Descr:
    def __get__(self, instance, owner=None):
        return 1


class C:
    attr = Descr()


c = C()
c.__dict__[Evil()] = 0
print(c.attr, hasattr(c, "attr"))


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x")


try:
    Deep().start
except RecursionError:
    print("RecursionError")


class SelfDict(dict):
    def __init__(self):
        self.__dict__ = self


s = SelfDict()
s.attr = 42
ref = weakref.ref(s)
del s
gc.collect()
print(ref())


class Shrinking(type):
    def __setattr__(cls, name, value):
        super().__setattr__(name, value)
        if name != "__bases__":
            cls.__bases__ = (Empty,)


class Empty:
    pass


class Base:
    def method(self):
        return "base"


class Sub(Base, metaclass=Shrinking):
    pass


Sub.new = 1
print(Sub.__bases__[0].__name__, hasattr(Sub, "method"))


class Changing:
    def __eq__(self, other):
        self.__class__ = Other
        return True

    def __del__(self):
        self.__class__ = Other


class Other:
    pass


x = Changing()
print(x == 1, type(x).__name__)
del x
y = Changing()
del y
print(type(None)(), type(...)(), type(NotImplemented)())
