"""Abstract classes, registration, __subclasshook__, collections.abc mixins."""
from abc import ABC, abstractmethod
from collections.abc import Sequence, Mapping, MutableMapping, Iterable, Hashable, Callable, Set
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
    def describe(self): return f"{self.name} {self.area()}"
class Square(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2
    name = "square"
print(Square(3).describe(), Shape.__abstractmethods__ == {"area", "name"})
for cls in (Shape, type("Half", (Shape,), {"area": lambda self: 1})):
    try:
        cls()
    except TypeError as error:
        print(error)
class Registered: pass
Shape.register(Registered)
print(issubclass(Registered, Shape), isinstance(Registered(), Shape))
class Seq(Sequence):
    def __init__(self, *v): self.v = v
    def __getitem__(self, i): return self.v[i]
    def __len__(self): return len(self.v)
s = Seq(1, 2, 3, 2)
print(2 in s, s.index(3), s.count(2), list(reversed(s)), list(s))
class M(MutableMapping):
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
m = M(); m.update(a=1, b=2); print(m.pop("a"), m.setdefault("c", 5), dict(m), m.get("z", "d"), "b" in m, list(m.items()), m == {"b": 2, "c": 5})
print([isinstance(x, Iterable) for x in ([], "", 5, iter([]))], isinstance([], Hashable), isinstance(len, Callable), isinstance({}, Mapping), isinstance({1}, Set), issubclass(list, Sequence))
class Hook(ABC):
    @classmethod
    def __subclasshook__(cls, c): return hasattr(c, "quack")
print(issubclass(type("Duck", (), {"quack": 1}), Hook), issubclass(int, Hook))
