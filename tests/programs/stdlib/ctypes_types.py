"""ctypes: types, structures, pointers, and calls of C's library."""
from ctypes import (
    CDLL, CFUNCTYPE, POINTER, BigEndianStructure, Structure, Union, byref, c_char, c_char_p, c_double, c_int, c_short, c_size_t,
    c_ubyte, c_uint, c_void_p, cast, create_string_buffer, pointer, sizeof, string_at,
)


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_int)]


class Flags(Structure):
    _fields_ = [("low", c_uint, 3), ("high", c_uint, 5), ("rest", c_uint, 24)]


class Either(Union):
    _fields_ = [("number", c_uint), ("bytes", c_ubyte * 4)]


class Wire(BigEndianStructure):
    _fields_ = [("tag", c_short), ("length", c_uint)]


class Named(Structure):
    _anonymous_ = ["where"]
    _fields_ = [("name", c_char * 8), ("where", Point)]


point = Point(1, y=2)
print(point.x, point.y, sizeof(Point), Point.y)
flags = Flags(5, 17, 1000)
print(flags.low, flags.high, flags.rest, bytes(flags).hex())
print(list(Either(0x01020304).bytes), bytes(Wire(1, 2)).hex())
named = Named(b"here")
named.x = 7
print(named.name, named.where.x, named.y)

numbers = (c_int * 5)(5, 3, 9, 1, 7)
reference = pointer(numbers)
reference.contents[0] = 6
print(numbers[:], sizeof(numbers), cast(numbers, POINTER(c_int))[2])
buffer = bytearray(8)
Point.from_buffer(buffer).y = -1
print(buffer.hex(), memoryview(numbers).shape)

c = CDLL(None)
print(c.abs(-5), c.strlen(b"four"))
c.strtod.restype = c_double
c.strtod.argtypes = c_char_p, POINTER(c_char_p)
end = c_char_p()
print(c.strtod(b"2.5 rest", byref(end)), end.value)
text = create_string_buffer(b"abc", 10)
c.memset(text, ord("z"), c_size_t(2))
print(text.value, string_at(text, 5))

Compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
c.qsort(numbers, len(numbers), sizeof(c_int), Compare(lambda a, b: a[0] - b[0]))
print(numbers[:])
for wrong in (lambda: c_int("1"), lambda: Point(1, 2, 3), lambda: numbers[5], lambda: POINTER(c_int)().contents,
              lambda: c.no_such_function, lambda: c_void_p.from_buffer(bytearray(2))):
    try:
        print(wrong())
    except Exception as error:
        print(type(error).__name__, str(error).split(": ")[-1][:40])
