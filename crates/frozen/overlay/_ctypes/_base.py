"""What all C data have in common: descriptions of classes, memory with what keeps it alive, texts, arguments by reference."""
import _taipan_foreign as _foreign
import sys as _sys
from _operator import index as _index
from _taipan_foreign import Memory as _Memory

class ArgumentError(Exception):
    pass


ArgumentError.__module__ = "ctypes"
_SIZES = {
    "c": 1, "b": 1, "B": 1, "?": 1, "h": 2, "H": 2, "v": 2, "i": 4, "I": 4, "u": 4, "f": 4, "l": 8, "L": 8, "q": 8, "Q": 8,
    "d": 8, "P": 8, "z": 8, "Z": 8, "O": 8, "F": 8, "D": 16, "g": 16, "G": 32,
}
_ALIGNMENTS = {"F": 4, "D": 8, "G": 16}
_SIGNED = {"b", "h", "i", "l", "q"}
_INTEGERS = _SIGNED | {"B", "H", "I", "L", "Q"}
_FLOATS = {"f", "d", "g"}
_COMPLEX = {"F", "D", "G"}
_SWAPPABLE = {"b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d", "F", "D", "?"}
_WORD = (1 << 64) - 1
_missing = object()


class _Info:
    """What a class of C data is: its size, its alignment, and what belongs to its kind."""

    __slots__ = (
        "size", "align", "kind", "code", "swapped", "item", "length", "fields", "format", "shape", "pointer", "final",
        "flags", "argtypes", "restype", "converters", "leaves", "anonymous", "has_pointer", "bits",
    )

    def __init__(self, kind, size, align):
        self.kind = kind
        self.size = size
        self.align = align
        self.code = self.item = self.fields = self.format = self.argtypes = self.restype = self.converters = None
        self.swapped = self.final = self.has_pointer = self.bits = False
        self.length = 0
        self.shape = ()
        self.flags = 0
        self.pointer = None
        self.leaves = None


def _info_of(cls):
    """The description of a class or of what it is derived from; None for abstract classes."""
    info = cls.__dict__.get("_info_ ")
    if info is None and isinstance(cls, CType_Type):
        for base in cls.__mro__:
            info = base.__dict__.get("_info_ ")
            if info is not None:
                return info
    return info


class CType_Type(type):
    """The class of all classes of C data."""

    __module__ = "_ctypes"

    def __mul__(cls, length):
        from _ctypes._sequences import _array_type

        return _array_type(cls, length)

    __rmul__ = __mul__

    def __sizeof__(cls):
        return type.__sizeof__(cls)

    @property
    def __pointer_type__(cls):
        info = cls.__dict__.get("_info_ ")
        if info is None:
            raise TypeError(f"{cls!r} must have storage info")
        if info.pointer is None:
            raise AttributeError(f"{cls!r} has no attribute '__pointer_type__'")
        return info.pointer

    @__pointer_type__.setter
    def __pointer_type__(cls, value):
        info = cls.__dict__.get("_info_ ")
        if info is None:
            raise TypeError(f"{cls!r} must have storage info")
        info.pointer = value

    @__pointer_type__.deleter
    def __pointer_type__(cls):
        info = cls.__dict__.get("_info_ ")
        if info is None or info.pointer is None:
            raise AttributeError(f"{cls!r} has no attribute '__pointer_type__'")
        info.pointer = None

    def from_address(cls, value, /):
        if not isinstance(value, int):
            raise TypeError("integer expected")
        info = _complete(cls)
        return _make(cls, _Memory.foreign(value, info.size))

    def from_buffer(cls, obj, offset=0, /):
        info = _complete(cls)
        view = memoryview(obj)
        if view.readonly:
            raise TypeError("underlying buffer is not writable")
        if not view.c_contiguous:
            raise TypeError("underlying buffer is not C contiguous")
        _check_buffer(view.nbytes, offset, info.size)
        _sys.audit("ctypes.cdata/buffer", view, view.nbytes, offset)
        result = _make(cls, _Memory.of_buffer(view, offset, info.size))
        result._objects_ = {"ffffffff": view}
        result._keep_buffer = obj
        return result

    def from_buffer_copy(cls, obj, offset=0, /):
        info = _complete(cls)
        view = memoryview(obj)
        if not view.c_contiguous:
            raise TypeError("underlying buffer is not C contiguous")
        _check_buffer(view.nbytes, offset, info.size)
        result = _make(cls, _Memory(info.size))
        if info.size:
            result._memory.write(0, view.cast("B")[offset:offset + info.size])
        return result

    def in_dll(cls, library, name, /):
        handle = library._handle
        if not isinstance(handle, int):
            raise TypeError("the _handle attribute of the second argument must be an integer")
        _sys.audit("ctypes.dlsym", library, name)
        try:
            address = _foreign.dlsym(handle, name.encode())
        except OSError as error:
            raise ValueError(str(error) or f"symbol '{name}' not found") from None
        return cls.from_address(address)

    def from_param(cls, value, /):
        if isinstance(value, cls):
            return value
        if isinstance(value, CArgObject):
            raise TypeError(f"expected {cls.__name__} instance instead of {_pointer_name(value)}")
        carried = getattr(value, "_as_parameter_", _missing)
        if carried is not _missing:
            return cls.from_param(carried)
        raise TypeError(f"expected {cls.__name__} instance instead of {type(value).__name__}")


def _pointer_name(value):
    return "pointer to " + type(value._obj).__name__ if value._obj is not None else type(value).__name__


def _check_buffer(available, offset, size):
    if offset < 0:
        raise ValueError("offset cannot be negative")
    if size > available - offset:
        raise ValueError(f"Buffer size too small ({available} instead of at least {size + offset} bytes)")


def _complete(cls):
    info = _info_of(cls)
    if info is None or info.size is None:
        raise TypeError("abstract class")
    info.final = True
    return info


def _describe(cls, info):
    """Gives a class its description, once."""
    if "_info_ " in cls.__dict__:
        raise SystemError(f"StgInfo of '{cls.__name__}' is already initialized.")
    type.__setattr__(cls, "_info_ ", info)


class _CData:
    """Some memory that holds a C value."""

    __slots__ = ("_memory", "_b_base_", "_objects_", "_key", "_keep_buffer", "_swap")

    @property
    def _objects(self):
        return self._objects_

    @property
    def _b_needsfree_(self):
        return 1 if self._b_base_ is None and self._memory.owned else 0

    def __buffer__(self, flags, /):
        info = _info_of(type(self))
        format, shape, item = _buffer_layout(type(self))
        return self._memory.view(format, item, shape, False)

    def __ctypes_from_outparam__(self, /):
        return self

    def __hash__(self):
        raise TypeError("unhashable type")

    def __reduce__(self, /):
        info = _info_of(type(self))
        if _has_pointer(type(self)):
            raise ValueError("ctypes objects containing pointers cannot be pickled")
        state = dict(getattr(self, "__dict__", {})), self._memory.read(0, self._memory.size)
        return _unpickle, (type(self), state)

    def __setstate__(self, attributes, data, /):
        if not isinstance(attributes, dict):
            raise TypeError("%.200s.__dict__ must be a dictionary, not %.200s" % (type(self).__name__, type(attributes).__name__))
        self._memory.write(0, data[: self._memory.size])
        if attributes:
            self.__dict__.update(attributes)


_CData.__module__ = "_ctypes"


def _unpickle(cls, state, /):
    result = cls.__new__(cls)
    result.__setstate__(*state)
    return result


_unpickle.__module__ = "_ctypes"
_bare = object.__new__


def _make(cls, memory, base=None, key=None):
    """An instance on given memory, without its __init__."""
    result = _bare(cls)
    result._memory = memory
    result._b_base_ = base
    result._objects_ = None
    result._key = key
    return result


def _new(cls):
    info = _complete(cls)
    return _make(cls, _Memory(info.size))


def _keep(target, key, value):
    """Keeps alive what a part of some memory refers to, in the object that owns the memory."""
    if value is None:
        return
    while target._b_base_ is not None:
        key = f"{key}:{target._key:x}" if key != "" else f"{target._key:x}"
        target = target._b_base_
    if target._objects_ is None or not isinstance(target._objects_, dict):
        target._objects_ = {}
    target._objects_[key] = value


def _kept_of(value):
    """What an instance keeps alive, for another that copies it."""
    root = value
    while root._b_base_ is not None:
        root = root._b_base_
    if root._objects_ is None and _info_of(type(root)).kind != "simple":
        root._objects_ = {}
    return root._objects_


def _has_pointer(cls):
    info = _info_of(cls)
    if info.kind == "simple":
        return info.code in "PzZO"
    if info.kind == "array":
        return _has_pointer(info.item)
    if info.kind in ("struct", "union"):
        return any(_has_pointer(field.type) for field in info.fields or ())
    return True


def _format_of(cls):
    """Format, and shape of arrays, as the buffer protocol says them."""
    info = _info_of(cls)
    if info.kind == "simple":
        order = "<" if (_sys.byteorder == "little") != info.swapped else ">"
        code = {"F": "Zf", "D": "Zd", "G": "Zg", "z": "z", "u": "u", "l": "l"}.get(info.code, info.code)
        if code in "lL" and len(code) == 1:
            code = code if _SIZES[code] == 4 else {"l": "q", "L": "Q"}[code]
        return order + code, ()
    if info.kind == "array":
        format, shape = _format_of(info.item)
        return format, (info.length, *shape)
    if info.kind == "pointer":
        return info.format or "&B", ()
    if info.kind == "function":
        return "X{}", ()
    return info.format or "B", ()


def _buffer_layout(cls):
    format, shape = _format_of(cls)
    item = cls
    while _info_of(item).kind == "array":
        item = _info_of(item).item
    return format, shape, _info_of(item).size


def buffer_info(cls, /):
    if isinstance(cls, _CData):
        cls = type(cls)
    if not isinstance(cls, type) or _info_of(cls) is None:
        raise TypeError("not a ctypes type or object")
    format, shape = _format_of(cls)
    return format, len(shape), shape


def _code_of(cls):
    info = _info_of(cls)
    return info.code if info.kind == "simple" else None


def _kind_of(value):
    return _info_of(value) if isinstance(value, type) else None


def _word(number):
    return (number & _WORD).to_bytes(8, _sys.byteorder)


def _wide(text):
    """Memory with a string of wide characters and a zero."""
    data = text.encode("utf-32-le" if _sys.byteorder == "little" else "utf-32-be", "surrogatepass")
    memory = _Memory(len(data) + 4)
    memory.write(0, data)
    return memory


def _wide_text(data, cut):
    order = _sys.byteorder
    points = [int.from_bytes(data[at:at + 4], order) for at in range(0, len(data), 4)]
    if cut and 0 in points:
        points = points[: points.index(0)]
    return "".join(map(chr, points))


def _wstring_at(address, size):
    if size < 0:
        size = 0
        while _foreign.string_at(address + 4 * size, 4) != b"\0\0\0\0":
            size += 1
    return _wide_text(_foreign.string_at(address, 4 * size), False)


def _set_text(memory, code, length, value):
    if code == "c":
        if not isinstance(value, bytes):
            raise TypeError(f"bytes expected instead of {type(value).__name__} instance")
        if len(value) > length:
            raise ValueError("byte string too long")
        memory.write(0, value if len(value) == length else value + b"\0")
    else:
        if not isinstance(value, str):
            raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
        if len(value) > length:
            raise ValueError("string too long")
        text = value if len(value) == length else value + "\0"
        memory.write(0, text.encode("utf-32-le" if _sys.byteorder == "little" else "utf-32-be", "surrogatepass"))


class CArgObject:
    """An argument on its way to a foreign function."""

    __slots__ = ("_code", "_letters", "_data", "_shown", "_kept", "_obj_")

    def __init__(self, code, letters, data, shown, kept, obj=None):
        self._code, self._letters, self._data, self._shown, self._kept, self._obj_ = code, letters, data, shown, kept, obj

    @property
    def _obj(self):
        return self._obj_ if self._obj_ is not None else self._kept

    def __repr__(self):
        if self._code in "bBhHiIlLqQfd":
            return f"<cparam '{self._code}' ({self._shown})>"
        if self._code == "c":
            byte = self._shown[0]
            shown = chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}"
            return f"<cparam 'c' ('{shown}')>"
        if self._code in "zZP" and isinstance(self._shown, int):
            return f"<cparam '{self._code}' ({self._shown:#x})>"
        return f"<cparam '{self._code}' at {id(self):#x}>"


CArgObject.__module__ = "_ctypes"


def byref(obj, offset=0, /):
    if not isinstance(obj, _CData):
        raise TypeError(f"byref() argument 1 must be _ctypes._CData, not {type(obj).__name__}")
    address = obj._memory.address + _index(offset)
    return CArgObject("P", "I", _word(address), address, obj, obj)


def _shape(value):
    """Which kind of C data an object is ("array", "pointer"); None for all others."""
    return _info_of(type(value)).kind if isinstance(value, _CData) else None
