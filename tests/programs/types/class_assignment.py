# What `__class__`, `__bases__` and `mro()` allow.
class A:
    __slots__ = ("a", "b")


class B:
    __slots__ = ("b", "a")


class C(A):
    __slots__ = ("c",)


class D(B):
    __slots__ = ("c",)


x = A()
x.a = 1
x.__class__ = B
print(type(x).__name__, x.a)
for make, target in ((C, D), (A, C), (list, A), (object, A)):
    y = make()
    try:
        y.__class__ = target
    except TypeError as error:
        print(error)

try:
    x.b
except AttributeError as error:
    print(error)


class Base1:
    def who(self):
        return 1


class Base2:
    def who(self):
        return 2


class Derived(Base1):
    pass


d = Derived()
print(d.who(), end=" ")
Derived.__bases__ = (Base2,)
print(d.who(), Derived.__mro__[1].__name__)
for bases in ((Derived,), (), (int,), 3):
    try:
        Derived.__bases__ = bases
    except TypeError as error:
        print(error)


class Meta(type):
    def mro(cls):
        return [cls, Base1, object]


class Odd(metaclass=Meta):
    pass


print([c.__name__ for c in Odd.__mro__], Odd().who())


class Forgetful(type):
    def mro(cls):
        return (Base1,)


try:
    class Lost(metaclass=Forgetful):
        pass
except TypeError as error:
    print("TypeError")
