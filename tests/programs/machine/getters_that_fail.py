# A getter that raises AttributeError leaves the question to __getattr__, however often the site has run.
class Hooked:
    @property
    def x(self):
        raise AttributeError("no x")

    def __getattr__(self, name):
        return "asked for " + name


class Plain:
    x = 1


class Bare:
    @property
    def x(self):
        raise AttributeError("no x")


class Numeric(int):
    __slots__ = ()

    def __getattr__(self, name):
        return "numeric " + name


def of(thing):
    return thing.x


for _ in range(200):
    result = of(Hooked())
print(result)
for _ in range(300):
    result = of(Hooked()), of(Plain())
print(result)
for _ in range(100):
    try:
        of(Bare())
    except AttributeError as error:
        result = error.args
print(result)


# Fields of native classes, at sites that see them often, and then see something else.
def real(thing):
    return thing.real


for _ in range(200):
    result = [real(3), real(2.5), real(True), real(1j), real(Numeric(7))]
print(result)


def class_of(thing):
    return thing.__class__


for thing in [1, "a", None, Plain(), Hooked(), [], class_of, int, Numeric()] * 40:
    result = class_of(thing)
    assert result is type(thing), thing
print(result)


def name_of(thing):
    return thing.__name__


for _ in range(100):
    result = [name_of(class_of), name_of(int), name_of(Plain), name_of(len)]
print(result)
for thing in [1, Plain()]:
    try:
        name_of(thing)
    except AttributeError as error:
        print(error)


class Odd:
    __class__ = property(lambda self: int)


print(class_of(Odd()), isinstance(Odd(), int))


# A native descriptor in a class that it is not made for.
class Wrong:
    real = int.__dict__["real"]


for _ in range(50):
    try:
        real(Wrong())
    except TypeError as error:
        result = error
print(result)


# Namespaces, made late, keep the order of the attributes.
class Record:
    def __init__(self, count):
        for number in range(count):
            setattr(self, f"field{number}", number)


for count in [0, 1, 5, 30, 100]:
    record = Record(count)
    names = record.__dict__
    record.late = 1
    names["later"] = 2
    print(count, list(names)[-3:], record.later, len(vars(record)))


# Methods of native classes, from the class.
def join(kind):
    return kind.join


for _ in range(100):
    assert join(str)("-", "ab") == "a-b"
    assert join(bytes)(b"-", [b"a", b"b"]) == b"a-b"
print(join(str), object.__repr__ is object.__repr__)


# Parameters by default, more and fewer, at the same site.
def defaults(a, b=2, c=[3]):
    return a, b, c


def call(function, *args):
    results = []
    for _ in range(60):
        results.append(function(1))
        results.append(function(1, 5))
    return results[-2:]


print(call(defaults))
defaults.__defaults__ = (7, 8)
print(call(defaults))
defaults.__defaults__ = (4, 5, 6, 7)
print(call(defaults))
defaults.__defaults__ = (9,)
try:
    call(defaults)
except TypeError as error:
    print(error)
defaults.__defaults__ = None
try:
    call(defaults)
except TypeError as error:
    print(error)
