"""dataclasses: generated methods, defaults, order, frozen, inheritance, replace, asdict."""
from dataclasses import dataclass, field, asdict, astuple, replace, fields, KW_ONLY, InitVar, make_dataclass, is_dataclass
@dataclass
class P:
    x: int
    y: int = 2
    tags: list = field(default_factory=list, repr=False)
p = P(1); q = P(1, 2)
print(p, p == q, p != P(3), asdict(p), astuple(p), replace(p, x=9), [f.name for f in fields(P)], p.tags is q.tags)
@dataclass(order=True, frozen=True)
class V:
    major: int
    minor: int = 0
print(V(1, 2) < V(1, 3), sorted([V(2), V(1, 5), V(1)]), hash(V(1)) == hash(V(1)), {V(1): "k"}[V(1)])
try:
    V(1).major = 2
except Exception as error:
    print(type(error).__name__, error)
@dataclass
class Base:
    a: int
    _: KW_ONLY
    k: str = "k"
@dataclass
class Derived(Base):
    b: int = 5
    start: InitVar[int] = 0
    def __post_init__(self, start): self.total = self.a + self.b + start
print(Derived(1, start=10), Derived(1, start=10).total, Derived(1, 2, k="z"))
@dataclass(slots=True)
class S:
    a: int = 1
print(S(), hasattr(S(), "__dict__"), S.__slots__)
@dataclass(eq=False, repr=False)
class N: a: int
print(N(1) == N(1), "N object" in repr(N(1)))
C = make_dataclass("C", [("x", int), ("y", int, 5)]); print(C(1), is_dataclass(C), P.__match_args__)
try:
    @dataclass
    class Bad:
        a: int = 1
        b: int
except TypeError as error:
    print(error)
try:
    @dataclass
    class Mutable: a: list = []
except ValueError as error:
    print(error)
try:
    P()
except TypeError as error:
    print(error)
@dataclass
class Tree:
    value: int
    children: list["Tree"] = field(default_factory=list)
t = Tree(1, [Tree(2), Tree(3, [Tree(4)])]); print(t, asdict(t))
t.children.append(t); print(repr(t)[-60:])
