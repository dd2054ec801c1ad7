# Sites that see several classes, and classes that change while the sites are warm.


class A:
    def __init__(self, n):
        self.n = n

    def name(self):
        return "A.name"

    label = "A"


class B:
    def __init__(self, n):
        self.before = 0
        self.n = n

    def name(self):
        return "B.name"

    label = "B"


class C(A):
    __slots__ = ("extra",)

    def __init__(self, n):
        super().__init__(n)
        self.extra = n + 1

    def name(self):
        return "C.name"


class D:
    __slots__ = ("n", "other")

    def __init__(self, n):
        self.n = n

    def name(self):
        return "D.name"

    label = "D"


class E:
    def __init__(self, n):
        self.hidden = n

    @property
    def n(self):
        return self.hidden * 100

    def name(self):
        return "E.name"

    label = "E"


class F:
    def __init__(self, n):
        self.items = n

    def __getattr__(self, attribute):
        if attribute == "n":
            return -self.items
        raise AttributeError(attribute)

    def name(self):
        return "F.name"

    label = "F"


def get(x):
    return x.n


def call(x):
    return x.name()


def constant(x):
    return x.label


def put(x, value):
    x.value = value


def show(title, objects):
    print(title, [get(x) for x in objects], [call(x) for x in objects], [constant(x) for x in objects])


classes = [A, B, C, D, E, F]
objects = [cls(i) for i, cls in enumerate(classes)]
for _ in range(60):
    for x in objects:
        get(x), call(x), constant(x)
show("warm:", objects)

# A method replaced on one class, on a base, on an instance.
A.name = lambda self: "A.new"
show("class changed:", objects)
del C.name
show("method deleted:", objects)
objects[1].name = lambda: "of the instance"
show("instance hides:", objects)
del objects[1].name
show("no longer:", objects)
objects[0].label = "own label"
C.label = property(lambda self: "computed")
show("labels:", objects)

# A data descriptor appears above an instance attribute.
B.n = property(lambda self: "property now")
show("data descriptor:", objects)
del B.n
show("and gone:", objects)
E.n = 5
objects[4].n = 6
show("property replaced:", objects)

# An instance changes its class, or is looked at as a dict.
objects[0].__class__ = B
show("other class:", objects)
print(sorted(objects[2].__dict__))
objects[2].__dict__["n"] = "from the dict"
show("through the dict:", objects)
del D.n
try:
    get(objects[3])
except AttributeError as error:
    print(error)
del objects[3], objects[4]

F.__getattribute__ = lambda self, attribute: "everything"
try:
    show("getattribute:", objects)
except TypeError as error:
    print(error)
del F.__getattribute__
F.n = "class attribute"
del objects[-1]


# Stores: new attributes, present ones, slots, and a class that begins to object.
class P:
    pass


class Q:
    def __init__(self):
        self.first = 1


class R:
    __slots__ = ("value",)


class S(Q):
    def __init__(self):
        super().__init__()
        self.value = "old"


def stores():
    made = [P(), Q(), R(), S()]
    for number, x in enumerate(made):
        put(x, number)
    for x in made:
        put(x, x.value + 10)
    return [x.value for x in made], [getattr(x, "__dict__", None) for x in made]


for _ in range(60):
    stores()
print(stores())
log = []
Q.__setattr__ = lambda self, name, value: (log.append((name, value)), object.__setattr__(self, name, value))[0]
print(stores())
print(len(log), log[:3])
del Q.__setattr__
P.value = property(lambda self: 7, lambda self, value: log.append("setter"))
print(stores()[0], log[-1])
del P.value
print(stores())


class Frozen:
    __slots__ = ("n",)


class Loud:
    def __del__(self):
        print("Loud dies")


r = R()
put(r, Loud())
put(r, 1)
p = P()
put(p, Loud())
put(p, 2)
print("end of stores")


# A slot that is empty again.
def clear_and_get(x):
    del x.n
    return x.n


for x in [Frozen(), A(0), Frozen()]:
    x.n = 1
    try:
        clear_and_get(x)
    except AttributeError as error:
        print(error)


# Properties at a site for several classes.
class Circle:
    def __init__(self, r):
        self.r = r

    @property
    def area(self):
        return 3 * self.r


class Square(Circle):
    @property
    def area(self):
        return self.r * self.r


class Point(Circle):
    area = 0


def areas(shapes):
    return [shape.area for shape in shapes]


shapes = [Circle(2), Square(3), Point(4)]
for _ in range(60):
    areas(shapes)
print(areas(shapes))
Square.area = property(lambda self: 1 / 0)
try:
    areas(shapes)
except ZeroDivisionError as error:
    print(error)
Circle.area = property(None)
try:
    areas(shapes)
except AttributeError as error:
    print(error)


# Many classes that come and go: numbers of dead ones must not be met again.
def generations():
    total = 0
    for generation in range(300):
        class T:
            def __init__(self):
                if generation % 2:
                    self.pad = 0
                self.n = generation

            def name(self, generation=generation):
                return generation

        t = T()
        total += get(t) + call(t)
    return total


print(generations())
