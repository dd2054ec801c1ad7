"""Structures and unions, and the descriptors of their fields."""
from _operator import index as _index
from _taipan_foreign import Memory as _Memory
from _ctypes._base import (
    CType_Type, _CData, _INTEGERS, _Info, _SIGNED, _code_of, _describe, _info_of, _make, _set_text, _wide_text,
)
from _ctypes._simple import _SimpleCData, _get_inside, _set_inside

class CField:
    """Structure/Union member"""

    __slots__ = ("name", "type", "byte_offset", "byte_size", "_bit_size", "_bit_offset", "index", "is_anonymous", "_owner")

    def __new__(
        cls, /, name, type, byte_size, byte_offset, index, _internal_use, bit_size=None, bit_offset=None
    ):
        if not isinstance(name, str):
            raise TypeError(f"CField() argument 'name' must be str, not {name.__class__.__name__}")
        self = object.__new__(cls)
        put = object.__setattr__
        info = _info_of(type)
        if info is None:
            raise TypeError("type of field %r must be a C type" % name)
        if byte_size != info.size:
            raise ValueError(f"byte_size {byte_size} of field {name!r} does not match type size {info.size}")
        if bit_size is not None:
            if info.kind != "simple" or info.code not in _INTEGERS | {"?", "c"} or info.code == "c":
                raise TypeError(f"bit fields not allowed for type {type.__name__}")
            if bit_size <= 0 or bit_size + bit_offset > 8 * byte_size:
                raise ValueError(f"bit field {name!r} overflows its type ({bit_offset} + {bit_size} > {8 * byte_size})")
        put(self, "name", name)
        put(self, "type", type)
        put(self, "byte_offset", byte_offset)
        put(self, "byte_size", byte_size)
        put(self, "_bit_size", bit_size)
        put(self, "_bit_offset", bit_offset)
        put(self, "index", index)
        put(self, "is_anonymous", False)
        return self

    def __setattr__(self, name, value):
        if name in ("name", "type", "byte_offset", "byte_size", "size", "offset", "bit_size", "bit_offset", "is_bitfield", "is_anonymous"):
            raise AttributeError(f"attribute {name!r} of 'ctypes.CField' objects is not writable")
        raise AttributeError(f"'ctypes.CField' object has no attribute {name!r}")

    @property
    def offset(self):
        """offset in bytes of this field (same as byte_offset)"""
        return self.byte_offset

    @property
    def size(self):
        """size in bytes; for bit fields, size and offset of the bits in one number"""
        if self._bit_size is None:
            return self.byte_size
        return self._bit_size << 16 | self._bit_offset

    @property
    def bit_size(self):
        return self.byte_size * 8 if self._bit_size is None else self._bit_size

    @property
    def bit_offset(self):
        return self._bit_offset or 0

    @property
    def is_bitfield(self):
        return self._bit_size is not None

    def __repr__(self):
        if self._bit_size is None:
            return f"<{type(self).__module__}.CField {self.name!r} type={self.type.__name__}, ofs={self.byte_offset}, size={self.byte_size}>"
        return (
            f"<{type(self).__module__}.CField {self.name!r} type={self.type.__name__}, ofs={self.byte_offset}, "
            f"bit_size={self._bit_size}, bit_offset={self._bit_offset}>"
        )

    def __get__(self, instance, owner=None, /):
        if instance is None:
            return self
        if not isinstance(instance, _CData):
            raise TypeError("not a ctype instance")
        if self._bit_size is not None:
            info = _info_of(self.type)
            number = instance._memory.get(info.code if info.code != "?" else "B", self.byte_offset, info.swapped)
            number = number >> self._bit_offset & (1 << self._bit_size) - 1
            if info.code in _SIGNED and number >> self._bit_size - 1:
                number -= 1 << self._bit_size
            return bool(number) if info.code == "?" else number
        info = _info_of(self.type)
        if info.kind == "array" and _code_of(info.item) in ("c", "u"):
            part = instance._memory.part(self.byte_offset, info.size)
            if _code_of(info.item) == "c":
                return part.read(0, info.size).split(b"\0", 1)[0]
            return _wide_text(part.read(0, info.size), True)
        return _get_inside(self.type, instance, self.byte_offset, self.index)

    def __set__(self, instance, value, /):
        if not isinstance(instance, _CData):
            raise TypeError("not a ctype instance")
        if self._bit_size is not None:
            info = _info_of(self.type)
            memory, code = instance._memory, info.code if info.code != "?" else "B"
            if isinstance(value, _SimpleCData):
                value = value.value
            number = _index(value) if info.code != "?" else int(bool(value))
            mask = (1 << self._bit_size) - 1 << self._bit_offset
            old = memory.get(code, self.byte_offset, info.swapped)
            memory.set(code, old & ~mask | number << self._bit_offset & mask, self.byte_offset, info.swapped)
            return
        info = _info_of(self.type)
        if info.kind == "array" and not isinstance(value, self.type) and _code_of(info.item) in ("c", "u"):
            if _code_of(info.item) == "c":
                if not isinstance(value, bytes):
                    raise TypeError(f"expected bytes, {type(value).__name__} found")
                # Up to the first zero, as C copies strings.
                value = value.split(b"\0", 1)[0]
                if len(value) > info.length:
                    raise ValueError(f"bytes too long ({len(value)}, maximum length {info.length})")
            else:
                if not isinstance(value, str):
                    raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
                if len(value) > info.length:
                    raise ValueError(f"string too long ({len(value)}, maximum length {info.length})")
            _set_text(instance._memory.part(self.byte_offset, info.size), _code_of(info.item), info.length, value)
            return
        _set_inside(self.type, instance, instance._memory, self.byte_offset, value, f"{self.index:x}")

    def __delete__(self, instance, /):
        raise TypeError("can't delete attribute")


CField.__module__ = "ctypes"


def _shifted(field, by, index):
    """A field of an anonymous member as one of the outer class."""
    copy = object.__new__(CField)
    for name in CField.__slots__:
        if name != "_owner":
            object.__setattr__(copy, name, getattr(field, name))
    object.__setattr__(copy, "byte_offset", field.byte_offset + by)
    object.__setattr__(copy, "index", index)
    return copy


class _Aggregate(CType_Type):
    """What the classes of structures and of unions have in common."""

    __module__ = "_ctypes"
    _is_struct = True

    def __init__(cls, name, bases, namespace, /, **kwargs):
        type.__init__(cls, name, bases, namespace)
        if "_abstract_" in namespace:
            type.__delattr__(cls, "_abstract_")
            return
        base = _info_of(cls.__bases__[0])
        info = _Info("struct" if cls._is_struct else "union", 0, 1)
        info.fields = []
        if base is not None:
            base.final = True
            info.size, info.align, info.format = base.size, base.align, base.format
            info.fields = list(base.fields)
            info.has_pointer = base.has_pointer
        _describe(cls, info)
        if "_fields_" in namespace:
            # By way of the class's own __setattr__: that of ctypes._endian exchanges the types.
            cls._fields_ = namespace["_fields_"]

    def __setattr__(cls, name, value, /):
        if name == "_fields_":
            info = cls.__dict__.get("_info_ ")
            if info is None:
                raise TypeError("ctypes state is not initialized")
            if info.final:
                raise AttributeError("_fields_ is final")
            type.__setattr__(cls, name, value)
            _set_fields(cls, value)
            return
        type.__setattr__(cls, name, value)


def _set_fields(cls, fields):
    info = cls.__dict__["_info_ "]
    if info.final:
        raise AttributeError("_fields_ is final")
    base = cls.__bases__[0] if _info_of(cls.__bases__[0]) is not None else None
    from ctypes._layout import get_layout

    for field in list(fields):
        if isinstance(field, tuple) and len(field) in (2, 3):
            kind = _info_of(field[1]) if isinstance(field[1], type) else None
            if kind is not None:
                if field[1] is cls or (kind is info):
                    raise AttributeError("Structure or union cannot contain itself")
    layout = get_layout(cls, fields, cls._is_struct, base if base is not None and _info_of(base).fields is not None else None)
    if info.final:
        raise AttributeError("_fields_ is final")
    made = list(layout.fields)
    inherited = list(_info_of(base).fields) if base is not None else []
    for number, field in enumerate(made):
        object.__setattr__(field, "index", number + len(inherited))
        type.__setattr__(cls, field.name, field)
        kind = _info_of(field.type)
        kind.final = True
        if kind.kind in ("pointer", "function") or kind.has_pointer or kind.code in ("P", "z", "Z", "O"):
            info.has_pointer = True
    info.fields = inherited + made
    info.size, info.align, info.format = layout.size, layout.align, layout.format_spec
    info.final = True
    info.bits = any(field._bit_size is not None for field in made)
    names = cls.__dict__.get("_anonymous_", ())
    try:
        names = list(names)
    except TypeError:
        raise TypeError("_anonymous_ must be a sequence") from None
    for name in names:
        field = cls.__dict__.get(name)
        if field is None:
            raise AttributeError(name)
        if not isinstance(field, CField):
            raise AttributeError(f"{name!r} is specified in _anonymous_ but not in _fields_")
        object.__setattr__(field, "is_anonymous", True)
        _lift(cls, field, field.byte_offset)


def _lift(cls, outer, by):
    """Makes the fields of an anonymous member fields of the class."""
    try:
        described = outer.type._fields_
    except AttributeError:
        raise TypeError("anonymous field must be a structure or union") from None
    for name, *_ in described:
        field = getattr(outer.type, name)
        if field.is_anonymous:
            _lift(cls, field, by + field.byte_offset)
            continue
        type.__setattr__(cls, name, _shifted(field, by, outer.index))


class PyCStructType(_Aggregate):
    __module__ = "_ctypes"


class UnionType(_Aggregate):
    __module__ = "_ctypes"
    _is_struct = False


def _new_aggregate(cls, *args, **kwargs):
    info = cls.__dict__.get("_info_ ")
    if info is None:
        raise TypeError("abstract class")
    info.final = True
    return _make(cls, _Memory(info.size))


def _init_aggregate(self, *args, **kwargs):
    if args:
        names = _names(type(self))
        if len(args) > len(names):
            raise TypeError("too many initializers")
        for name, value in zip(names, args):
            if name in kwargs:
                raise TypeError(f"duplicate values for field {name!r}")
            setattr(self, name, value)
    for name, value in kwargs.items():
        setattr(self, name, value)


def _names(cls):
    """The names of the fields, the bases' first."""
    names = []
    for base in reversed(cls.__mro__):
        for field in base.__dict__.get("_fields_", ()):
            names.append(field[0])
    return names


class Structure(_CData, metaclass=PyCStructType):
    """Structure base class"""

    __slots__ = ()
    _abstract_ = True
    __new__ = _new_aggregate
    __init__ = _init_aggregate


class Union(_CData, metaclass=UnionType):
    """Union base class"""

    __slots__ = ()
    _abstract_ = True
    __new__ = _new_aggregate
    __init__ = _init_aggregate


Structure.__module__ = Union.__module__ = "_ctypes"
