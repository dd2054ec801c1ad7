"""Arrays, and pointers, which are read like arrays without an end."""
import sys as _sys
from _operator import index as _index
from _taipan_foreign import Memory as _Memory
from _ctypes._base import (
    CArgObject, CType_Type, _CData, _Info, _code_of, _describe, _format_of, _info_of, _keep, _kept_of, _make, _new,
    _set_text, _wide_text, byref,
)
from _ctypes._simple import _get_inside, _get_part, _set_inside

class PyCArrayType(CType_Type):
    __module__ = "_ctypes"

    def __init__(cls, name, bases, namespace, /):
        type.__init__(cls, name, bases, namespace)
        if "_abstract_" in namespace:
            type.__delattr__(cls, "_abstract_")
            return
        length = getattr(cls, "_length_", None)
        if length is None:
            raise AttributeError("class must define a '_length_' attribute")
        if not isinstance(length, int):
            raise TypeError("The '_length_' attribute must be an integer")
        if length < 0:
            raise ValueError("The '_length_' attribute must not be negative")
        if length > _sys.maxsize:
            raise OverflowError("The '_length_' attribute is too large")
        try:
            item = cls._type_
        except AttributeError:
            raise AttributeError("class must define a '_type_' attribute") from None
        kind = _info_of(item) if isinstance(item, type) else None
        if kind is None:
            raise TypeError("_type_ must have storage info")
        if kind.size * length > _sys.maxsize:
            raise OverflowError("array too large")
        kind.final = True
        info = _Info("array", kind.size * length, kind.align)
        info.item, info.length = item, int(length)
        info.has_pointer = kind.has_pointer or kind.kind in ("pointer", "function")
        _describe(cls, info)
        code = kind.code if kind.kind == "simple" else None
        if code == "c":
            type.__setattr__(cls, "value", property(_get_chars, _set_chars, _no_delete, "string value"))
            type.__setattr__(cls, "raw", property(_get_raw, _set_raw, None, "value"))
        elif code == "u":
            type.__setattr__(cls, "value", property(_get_wide, _set_wide, _no_delete, "string value"))


def _get_chars(self):
    data = self._memory.read(0, self._memory.size)
    end = data.find(0)
    return data if end < 0 else data[:end]


def _no_delete(self):
    raise TypeError("can't delete attribute")


def _set_chars(self, value):
    _set_text(self._memory, "c", _info_of(type(self)).length, value)


def _get_raw(self):
    return self._memory.read(0, self._memory.size)


def _set_raw(self, value):
    data = memoryview(value).tobytes()
    if len(data) > self._memory.size:
        raise ValueError("byte string too long")
    self._memory.write(0, data)


def _get_wide(self):
    return _wide_text(self._memory.read(0, self._memory.size), True)


def _set_wide(self, value):
    _set_text(self._memory, "u", _info_of(type(self)).length, value)


class Array(_CData, metaclass=PyCArrayType):
    """Abstract base class for arrays.

    The recommended way to create concrete array types is by multiplying any
    ctypes data type with a non-negative integer. Alternatively, you can subclass
    this type and define _length_ and _type_ class variables. Array elements can
    be read and written using standard subscript and slice accesses for slice
    reads, the resulting object is not itself an Array.
    """

    __slots__ = ()
    _abstract_ = True

    def __new__(cls, *args, **kwargs):
        if cls.__dict__.get("_info_ ") is None:
            raise TypeError("abstract class")
        return _new(cls)

    def __init__(self, *args):
        for at, value in enumerate(args):
            self[at] = value

    def __len__(self):
        return _info_of(type(self)).length

    def _place(self, key):
        if isinstance(key, int) or hasattr(key, "__index__"):
            at = _index(key)
            length = _info_of(type(self)).length
            if at < 0:
                at += length
            if not 0 <= at < length:
                raise IndexError("invalid index")
            return at
        raise TypeError("indices must be integers")

    def __getitem__(self, key, /):
        info = _info_of(type(self))
        if isinstance(key, slice):
            places = range(*key.indices(info.length))
            code = _code_of(info.item)
            if code == "c":
                data = self._memory.read(0, info.size)
                return data[key]
            if code == "u":
                return _wide_text(self._memory.read(0, info.size), False)[key]
            return [self[at] for at in places]
        at = self._place(key)
        return _get_inside(info.item, self, at * _info_of(info.item).size, at)

    def __setitem__(self, key, value, /):
        info = _info_of(type(self))
        if isinstance(key, slice):
            start, stop, step = key.indices(info.length)
            places = range(start, stop, step)
            if step != 1 or len(value) != len(places):
                if len(value) != len(places):
                    raise ValueError("Can only assign sequence of same size")
            for at, item in zip(places, value):
                self[at] = item
            return
        at = self._place(key)
        _set_inside(info.item, self, self._memory, at * _info_of(info.item).size, value, f"{at:x}")

    def __delitem__(self, key, /):
        raise TypeError("Array does not support item deletion")

    def __iter__(self):
        for at in range(len(self)):
            yield self[at]

    @classmethod
    def __class_getitem__(cls, item, /):
        from types import GenericAlias

        return GenericAlias(cls, item)


Array.__module__ = "_ctypes"
_array_types = {}


def _array_type(item, length):
    length = _index(length)
    if length < 0:
        raise ValueError(f"Array length must be >= 0, not {length}")
    if length > _sys.maxsize:
        raise OverflowError("cannot fit 'int' into an index-sized integer")
    info = _info_of(item)
    if info is None:
        raise TypeError("Expected a type object")
    key = item, length
    known = _array_types.get(key)
    if known is None:
        known = PyCArrayType(f"{item.__name__}_Array_{length}", (Array,), {"_length_": length, "_type_": item})
        known.__module__ = _sys._getframemodulename(2) or "ctypes"
        _array_types[key] = known
    return known


class PyCPointerType(CType_Type):
    __module__ = "_ctypes"

    def __init__(cls, name, bases, namespace, /):
        type.__init__(cls, name, bases, namespace)
        if "_abstract_" in namespace:
            type.__delattr__(cls, "_abstract_")
            return
        info = _Info("pointer", 8, 8)
        info.has_pointer = True
        _describe(cls, info)
        item = cls.__dict__.get("_type_")
        if item is None:
            return
        cls._point_to(item)

    def _point_to(cls, item):
        kind = _info_of(item) if isinstance(item, type) else None
        if not isinstance(item, type):
            raise TypeError("_type_ must be a type")
        if kind is None:
            raise TypeError("_type_ must have storage info")
        info = cls.__dict__["_info_ "]
        info.item = item
        # As the pointed-to class is described now: one that gets its fields later is bytes here.
        format, shape = _format_of(item)
        info.format = "&" + ("(" + ",".join(map(str, shape)) + ")" if shape else "") + format
        own = item.__dict__.get("_info_ ")
        if own is not None and own.pointer is None:
            own.pointer = cls

    def set_type(cls, item, /):
        cls._point_to(item)
        type.__setattr__(cls, "_type_", item)

    def from_param(cls, value, /):
        if value is None:
            return None
        info = _info_of(cls)
        if info is None:
            raise TypeError("abstract class")
        item = info.item
        if isinstance(value, cls):
            return value
        if item is None:
            raise TypeError("_type_ must have storage info")
        if isinstance(value, item):
            return byref(value)
        if isinstance(value, (_Pointer, Array)):
            other = _info_of(type(value)).item
            if other is not None and issubclass(other, item):
                return value
        if isinstance(value, CArgObject) and value._obj is not None and value._code == "P" and isinstance(value._obj, item):
            return value
        return CType_Type.from_param.__get__(cls)(value)


class _Pointer(_CData, metaclass=PyCPointerType):
    """XXX to be provided"""

    __slots__ = ()
    _abstract_ = True

    def __new__(cls, *args, **kwargs):
        info = _info_of(cls)
        if info is None or info.item is None:
            raise TypeError("Cannot create instance: has no _type_")
        return _make(cls, _Memory(8))

    def __init__(self, *args):
        if args:
            if len(args) > 1:
                raise TypeError(f"POINTER() takes at most 1 argument ({len(args)} given)")
            self.contents = args[0]

    @property
    def contents(self):
        """the object this pointer points to (read-write)"""
        address = self._memory.get("P")
        if not address:
            raise ValueError("NULL pointer access")
        item = _info_of(type(self)).item
        known = self._pointed(address, _info_of(item).size)
        return _make(item, known, self, 0)

    @contents.setter
    def contents(self, value):
        item = _info_of(type(self)).item
        if item is None:
            raise TypeError("no type")
        if not isinstance(value, item):
            raise TypeError(f"expected {item.__name__} instead of {type(value).__name__}")
        self._memory.set("P", value._memory.address)
        _keep(self, "1", value)
        kept = _kept_of(value)
        if kept is not None:
            _keep(self, "0", kept)
        self._memory.keep["target"] = value._memory

    @contents.deleter
    def contents(self):
        raise TypeError("Pointer does not support item deletion")

    def _pointed(self, address, size):
        """The memory at an address: of the object that the pointer was given, as far as that reaches."""
        target = self._memory.keep.get("target")
        if target is not None and target.address <= address and address + size <= target.address + target.size:
            return target.part(address - target.address, size)
        return _Memory.foreign(address, size)

    def __bool__(self):
        return self._memory.get("P") != 0

    def __getitem__(self, key, /):
        address = self._memory.get("P")
        item = _info_of(type(self)).item
        size = _info_of(item).size
        if isinstance(key, slice):
            return self._slice(key, item, size)
        if not hasattr(key, "__index__"):
            raise TypeError("Pointer indices must be integer")
        if not address:
            raise ValueError("NULL pointer access")
        at = _index(key)
        return _get_part(item, self, self._pointed(address + at * size, size), at)

    def _slice(self, key, item, size):
        step = 1 if key.step is None else _index(key.step)
        if step == 0:
            raise ValueError("slice step cannot be zero")
        if key.start is None:
            if step < 0:
                raise ValueError("slice start is required for step < 0")
            start = 0
        else:
            start = _index(key.start)
        if key.stop is None:
            raise ValueError("slice stop is required")
        places = range(start, _index(key.stop), step)
        code = _code_of(item)
        if code == "c":
            return b"".join([self[at] for at in places])
        if code == "u":
            return "".join([self[at] for at in places])
        return [self[at] for at in places]

    def __setitem__(self, key, value, /):
        address = self._memory.get("P")
        if not hasattr(key, "__index__"):
            raise TypeError("Pointer indices must be integer")
        if not address:
            raise ValueError("NULL pointer access")
        item = _info_of(type(self)).item
        size = _info_of(item).size
        at = _index(key)
        memory = self._pointed(address + at * size, size)
        _set_inside(item, self, memory, 0, value, f"{at:x}")

    def __delitem__(self, key, /):
        raise TypeError("Pointer does not support item deletion")


_Pointer.__module__ = "_ctypes"
