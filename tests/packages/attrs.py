"""attrs: classes from declarations, with validators, converters, evolution, serialisation and generated methods."""
import attr
from attrs import asdict, astuple, cmp_using, define, evolve, exceptions, field, fields, filters, frozen, make_class, validators


@define(order=True)
class Version:
    major: int = field(validator=validators.instance_of(int))
    minor: int = field(default=0, converter=int)
    label: str | None = field(default=None, kw_only=True, order=False)

    @major.validator
    def _not_negative(self, attribute, value):
        if value < 0:
            raise ValueError(f"{attribute.name} must not be negative: {value}")


@frozen
class Point:
    x: float
    y: float = field(repr=lambda value: f"<{value:.1f}>")
    tags: frozenset = field(factory=frozenset, eq=False, repr=False)

    @property
    def length(self):
        return (self.x**2 + self.y**2) ** 0.5


@define
class Line:
    start: Point
    end: Point
    names: list[str] = field(factory=list)
    metadata: dict = field(factory=dict, metadata={"unit": "m"})


def outcome(call, *args, **kwargs):
    try:
        return call(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error.args[0] if error.args else error}"


print(Version(3), Version(3, "14", label="final"))
print(sorted([Version(3, 9), Version(2, 7), Version(3, 14)]))
print(outcome(Version, "3"))
print(outcome(Version, -1))
print(outcome(Version))
print(outcome(Version, 1, 2, 3))
version = Version(1)
print(outcome(setattr, version, "major", "x"), outcome(setattr, version, "other", 1))

point = Point(3.0, 4.0, frozenset({"a"}))
print(point, point.length, hash(point) == hash(Point(3.0, 4.0)), point == Point(3.0, 4.0))
print(outcome(setattr, point, "x", 1))
print(issubclass(exceptions.FrozenInstanceError, AttributeError), Version.__slots__, hasattr(version, "__dict__"))

line = Line(Point(0, 0), point, ["first"])
print(asdict(line, filter=filters.exclude(frozenset)))
print(astuple(line, recurse=False)[2:], evolve(line, names=["second"]).names)
print([(a.name, a.type, a.default is attr.NOTHING, dict(a.metadata)) for a in fields(Line)])
print(outcome(evolve, line, nothing=1))

Generated = make_class("Generated", {"a": field(type=int, kw_only=True), "b": field(default=2)}, bases=(Point,))
print(Generated(1, 2, a=3), [f.name for f in fields(Generated)])


@define
class Checked:
    kind: str = field(validator=validators.in_(["circle", "square"]))
    size: int = field(validator=[validators.ge(1), validators.lt(100)], default=1)
    code: str = field(validator=validators.optional(validators.matches_re(r"[a-z]+\d")), default=None)
    parts: list = field(validator=validators.deep_iterable(validators.instance_of(int)), factory=list)

    def __attrs_post_init__(self):
        self.parts.append(len(self.kind))


print(Checked("circle", 5, "ab1", [1, 2]))
for arguments in [("oval",), ("square", 0), ("square", 100), ("square", 1, "AB"), ("square", 1, "a1", ["x"])]:
    print(outcome(Checked, *arguments).splitlines()[0])


@define
class Compared:
    value: str = field(eq=str.lower)
    array: list = field(eq=cmp_using(eq=lambda a, b: sorted(a) == sorted(b)), factory=list)


print(Compared("A", [1, 2]) == Compared("a", [2, 1]), Compared("A") == Compared("b"))


@define
class Base:
    a: int


@define
class Derived(Base):
    b: int = 2

    def total(self):
        return super().__class__.__name__, self.a + self.b


print(Derived(1), Derived(1).total(), Derived.__match_args__)
match Derived(5, 6):
    case Derived(a, b=second):
        print(a, second)
print(attr.s(auto_attribs=True)(type("Old", (), {"__annotations__": {"x": int}}))(1).x)
