"""Attributes of classes whose metaclass has the same name: the class's own comes first, unless the metaclass's sets."""


class Meta(type):
    shared = "of the metaclass"

    @property
    def guarded(cls):
        return "guarded"

    def method(cls):
        return "method of the metaclass"


class Plain(metaclass=Meta):
    shared = "of the class"
    __repr__ = "not even callable"

    def method(self):
        return "method of the class"


def look(cls):
    return cls.shared, cls.guarded, cls.method.__qualname__, cls.__repr__


for _ in range(40):
    result = look(Plain)
print(result)


def native(cls):
    return cls.__repr__ is int.__repr__, cls.__init__ is object.__init__, cls.__new__


for _ in range(40):
    result = native(int)
print(result[:2], result[2] is int.__new__)
print(native(bool)[:2])

class Later:
    """No descriptor at first."""


class LateMeta(type):
    attribute = Later()


class Late(metaclass=LateMeta):
    attribute = "of the class"


def attribute(cls):
    return cls.attribute


for _ in range(40):
    result = attribute(Late)
print(result)
Later.__get__ = lambda self, instance, owner: "by the descriptor"
print(attribute(Late))
Later.__set__ = lambda self, instance, value: None
print(attribute(Late))

# What changes afterwards is seen.
Plain.shared = "of the class, new"
print(look(Plain)[0])
del Plain.shared
print(look(Plain)[0])
Meta.shared = property(lambda cls: "set by the metaclass")
Plain.__dict__.get("shared")
print(look(Plain)[0])
type.__setattr__(Meta, "__repr__", lambda cls: "<" + cls.__name__ + ">")
print(Plain, look(Plain)[3])
