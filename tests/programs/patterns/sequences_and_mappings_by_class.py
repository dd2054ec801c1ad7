"""Which classes a sequence or a mapping pattern takes."""
import array
import collections
import collections.abc


def kinds(value):
    found = []
    match value:
        case [*_]: found.append("sequence")
    match value:
        case {}: found.append("mapping")
    return found


class Plain: pass
class First(collections.UserDict, Plain, list): pass
class Second(collections.UserList, dict, Plain): pass
class Late: pass
class Child(Late): pass
class OfBytes(bytes): pass


values = ["text", b"bytes", bytearray(b"array"), OfBytes(), memoryview(b"view"), array.array("b"), range(3), (), {}, {1}, First(), Second(), Child(), collections.deque(), collections.Counter()]
for value in values:
    print(type(value).__name__, kinds(value))
collections.abc.Mapping.register(Late)
print(kinds(Child()), kinds(Late()))
collections.abc.Sequence.register(Plain)
print(kinds(Plain()), kinds(First()))
