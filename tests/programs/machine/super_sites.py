# `super().method()` at warm sites, while classes change under them.


class Base:
    def hello(self):
        return "Base"

    def twice(self):
        return 2


class Left(Base):
    def hello(self):
        return "Left>" + super().hello()


class Right(Base):
    def hello(self):
        return "Right>" + super().hello()


class Both(Left, Right):
    def hello(self):
        return "Both>" + super().hello()


def run(title):
    print(title, Left().hello(), Right().hello(), Both().hello())


objects = [Left(), Right(), Both()]
for _ in range(100):
    for x in objects:
        x.hello()
run("warm:")

Base.hello = lambda self: "new Base"
run("base changed:")
del Right.hello
run("method gone:")
Right.hello = lambda self: "new Right"
run("and back:")
Both.__bases__ = (Right, Left)
run("other order:")


class Other(Base):
    hello = 5


Left.__bases__ = (Other,)
try:
    run("not callable:")
except TypeError as error:
    print(type(error).__name__, error)

# An instance attribute does not count; a class method, a static method and a property do.
Other.hello = staticmethod(lambda: "static")
run("static:")
Other.hello = classmethod(lambda cls: "class " + cls.__name__)
run("class method:")
Other.hello = property(lambda self: lambda: "from a property")
run("property:")
del Other.hello
left = Left()
left.hello = lambda: "instance"
print(Left.hello(left), left.hello())


# The first argument need not be an instance of the class as it was.
class Meta(type):
    def make(cls):
        return super().mro()


class Made(metaclass=Meta):
    pass


print([cls.__name__ for cls in Made.make()])


def detached(self):
    return __class__


class Changing(Base):
    def twice(self):
        self = other
        return super().twice()


other = Changing()
print(Changing().twice())
other = 3
try:
    Changing().twice()
except TypeError as error:
    print(type(error).__name__)

super_real = super


class Shadow:
    def __init__(self, *args):
        pass

    def twice(self):
        return "shadowed"


super = Shadow
other = Changing()
print(Changing().twice())
super = super_real
print(Changing().twice())
