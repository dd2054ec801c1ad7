"""enum: members, values, flags, auto, aliases, iteration."""
from enum import Enum, IntEnum, Flag, IntFlag, auto, unique, StrEnum
class Color(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1
    @property
    def nice(self): return self.name.title()
print(Color.RED, repr(Color.GREEN), Color(2), Color["RED"], Color.CRIMSON is Color.RED, list(Color), len(Color), Color.RED.nice, Color.RED in Color)
print({Color.RED: "r"}[Color.RED], Color.RED == 1, isinstance(Color.RED, Color), Color.__members__)
class N(IntEnum):
    ONE = auto(); TWO = auto()
print(N.ONE + N.TWO, N.TWO > 1, sorted([N.TWO, N.ONE]), f"{N.ONE} {N.ONE:>3}", N.ONE)
class Perm(Flag):
    R = auto(); W = auto(); X = auto()
    RW = R | W
print(Perm.R | Perm.X, Perm.RW, Perm.RW & Perm.W, ~Perm.R, Perm(0), Perm.R in Perm.RW, list(Perm.RW), bool(Perm(0)), Perm(5))
class S(StrEnum):
    HELLO = auto(); B = "bee"
print(S.HELLO, S.B + "!", repr(S.B), S("bee"))
for bad in ("Color(9)", "Color['X']", "Color.X", "Color.RED = 5", "del Color.RED", "class Sub(Color): pass"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
try:
    @unique
    class Dup(Enum):
        A = 1
        B = 1
except ValueError as error:
    print(error)
class Planet(Enum):
    EARTH = (5.97e24, 6.37e6)
    def __init__(self, mass, radius): self.mass, self.radius = mass, radius
print(Planet.EARTH.mass, Planet.EARTH.value)
F = Enum("F", "A B C"); print(list(F), F.B.value)
