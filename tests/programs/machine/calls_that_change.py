# Calls at warm sites: functions whose code, defaults or parameters change; classes whose `__init__` does.


def f(a, b=2, *, c=3):
    return a, b, c


def g(a, b=20):
    return a + b


def call_f():
    return f(1), f(1, 5), f(1, c=9)


def call_g():
    return g(1), g(1, 2)


for _ in range(50):
    call_f(), call_g()
print(call_f(), call_g())
g.__defaults__ = (30,)
print(call_g())
g.__defaults__ = None
try:
    call_g()
except TypeError as error:
    print(error)
g.__code__ = (lambda a, *rest: (a, rest)).__code__
print(call_g())
f.__kwdefaults__ = {"c": 33}
print(call_f())


class K:
    def __init__(self, a, b=5):
        self.sum = a + b


class L:
    def __init__(self, a):
        self.sum = a


def make():
    return K(1).sum, K(1, 2).sum, L(7).sum


for _ in range(50):
    make()
print(make())
L.__init__ = lambda self, a: setattr(self, "sum", -a)
print(make())
L.__init__.__code__ = (lambda self, a: setattr(self, "sum", a * 100)).__code__
print(make())
L.__new__ = lambda cls, a: K(a, 0)
print(make())
del L.__new__


class L:
    def __init__(self, a):
        self.sum = a


print(make())
L.__init__ = lambda self, a: 5
try:
    make()
except TypeError as error:
    print(error)
L.__init__ = lambda self: None
try:
    make()
except TypeError as error:
    print(error)
del L.__init__
try:
    make()
except TypeError as error:
    print(error)


# isinstance at a warm site.
class Base:
    pass


class Derived(Base):
    pass


class Liar:
    @property
    def __class__(self):
        return Derived


class Hook(type):
    def __instancecheck__(cls, instance):
        return "hooked" == instance


class Hooked(metaclass=Hook):
    pass


def check(x, cls):
    if isinstance(x, cls):
        return True
    return False


values = [Base(), Derived(), Liar(), 1, True, None, "hooked", int, Hooked()]
kinds = [Base, Derived, int, object, type, Hooked, (int, Base), int | str, bool]
for _ in range(20):
    table = [[int(check(x, cls)) for cls in kinds] for x in values]
for row in table:
    print(row)
values[0].__class__ = Derived
print(check(values[0], Derived), check(values[0], Base))
Derived.__bases__ = (Liar,)
print(check(values[1], Base), check(values[1], Liar))


# Truth and comparison right before a jump.
class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


def truths(values):
    return ["yes" if x else "no" for x in values], ["no" if not x else "yes" for x in values]


class Always:
    pass


many = [0, 1, "", "a", [], [1], None, True, False, 0.0, 2.5, (), (1,), {}, Sized(0), Sized(2), Always()]
for _ in range(10):
    for x in many:
        truths([x])
print(truths(many))
always = Always()
for _ in range(50):
    truths([always])
Always.__bool__ = lambda self: False
print(truths([always]))


def compares(pairs):
    found = []
    for a, b in pairs:
        found.append(("lt" if a < b else "ge", "eq" if a == b else "ne", "is" if a is b else "not"))
        while not a != b:
            found.append("same")
            break
    return found


pairs = [(1, 2), (2, 1), (1.5, 1.5), (1, 1.0), ("a", "b"), ("b", "b"), (2.0, 1.0), (float("nan"), 1.0), ((1, 2), (1, 3))]
for _ in range(20):
    compares(pairs)
print(compares(pairs))


def member(container, x):
    return "in" if x in container else "out", "out" if x not in container else "in"


for _ in range(20):
    for container in ({1: 2}, {1}, [1], (1,), "1"):
        member(container, "1")
print([member(c, 1) for c in ({1: 2}, {1}, [1], (1,))], member("123", "2"))
try:
    member({}, [])
except TypeError as error:
    print(error)
