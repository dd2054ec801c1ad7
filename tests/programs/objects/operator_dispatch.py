"""Which method an operator calls: left, reflected, and the right operand's subclass first."""


class Base:
    def __add__(self, other): return "Base.add"
    def __radd__(self, other): return "Base.radd"


class Derived(Base):
    def __radd__(self, other): return "Derived.radd"


class Plain(Base): pass


class Silent:
    def __add__(self, other): return NotImplemented


print(Base() + 1, 1 + Base())
print(Base() + Derived(), Base() + Plain())
print(Silent() + Base())
try:
    Silent() + 1
except TypeError as error:
    print(error)

Base.__add__ = lambda self, other: "replaced"
print(Base() + 1, Plain() + 1)
del Base.__add__
print(Base() + Base.__new__(Derived))


class Number(int):
    def __rsub__(self, other): return "rsub"


print(5 - Number(3), Number(5) - 3, Number(2) ** 5)
