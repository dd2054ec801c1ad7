"""What the package ctypes is made of: C's types as classes, on _taipan_foreign's memory and calls.

The native module knows bytes and addresses; the rules (which value fits which type, what keeps what alive, how
classes are laid out) are here.
"""
import _taipan_foreign as _foreign
import sys as _sys
from _operator import index as _index
from _taipan_foreign import Memory as _Memory, get_errno, set_errno as _set_errno

__version__ = "1.1.0"

FUNCFLAG_CDECL = 1
FUNCFLAG_PYTHONAPI = 4
FUNCFLAG_USE_ERRNO = 8
FUNCFLAG_USE_LASTERROR = 16
RTLD_LOCAL = 0
RTLD_GLOBAL = 8 if _sys.platform == "darwin" else 256
SIZEOF_TIME_T = 8
CTYPES_MAX_ARGCOUNT = 1024


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


# ------------------------------------------------------------------------------------------------------------------
# Simple types


class PyCSimpleType(CType_Type):
    __module__ = "_ctypes"

    def __init__(cls, name, bases, namespace, /):
        type.__init__(cls, name, bases, namespace)
        if "_SimpleCData" not in globals():
            return
        try:
            code = cls._type_
        except AttributeError:
            raise AttributeError("class must define a '_type_' attribute") from None
        if not isinstance(code, str):
            raise TypeError("class must define a '_type_' string attribute")
        if len(code) != 1:
            raise ValueError("class must define a '_type_' attribute which must be a string of length 1")
        if code not in "cbBhHiIlLdDFGfuzZqQPOv?g":
            raise AttributeError(
                "class must define a '_type_' attribute which must be\n"
                "a single character string containing one of the\n"
                "supported types: 'cbBhHiIlLdDFGfuzZqQPOv?g'."
            )
        info = _Info("simple", _SIZES[code], _ALIGNMENTS.get(code, _SIZES[code]))
        info.code = code
        cls._set_info(info)
        if code in _SWAPPABLE and type(cls) is PyCSimpleType:
            little = _sys.byteorder == "little"
            inside = {key: value for key, value in namespace.items() if key != "__classcell__"}
            other = type.__new__(PyCSimpleType, name + ("_be" if little else "_le"), bases, inside)
            other.__module__, other.__qualname__ = cls.__module__, cls.__qualname__
            swapped = _Info("simple", info.size, info.align)
            swapped.code = code
            swapped.swapped = code not in "bB"
            other._set_info(swapped)
            for one in cls, other:
                one.__ctype_le__, one.__ctype_be__ = (cls, other) if little else (other, cls)

    def _set_info(cls, info):
        _describe(cls, info)

    def from_param(cls, value, /):
        if isinstance(value, cls):
            return value
        info = _info_of(cls)
        if info is None:
            raise TypeError("abstract class")
        code = info.code
        if code in "zZPO":
            special = _pointer_parameter(cls, code, value)
            if special is not NotImplemented:
                return special
        else:
            try:
                memory = _Memory(info.size)
                kept = _store(memory, 0, code, value, False)
            except TypeError as error:
                failure = error
            else:
                shown = _load(memory, 0, code, False)
                return CArgObject(code, *_travel(code, memory), shown, kept)
            carried = getattr(value, "_as_parameter_", _missing)
            if carried is _missing:
                raise failure
            return cls.from_param(carried)
        carried = getattr(value, "_as_parameter_", _missing)
        if carried is not _missing:
            return cls.from_param(carried)
        name = cls.__name__ if cls.__module__ != "ctypes" else "ctypes." + cls.__name__
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as {name}")


def _pointer_parameter(cls, code, value):
    """What c_char_p, c_wchar_p, c_void_p and py_object take as arguments."""
    if code == "O":
        return CArgObject("O", "I", _word(id(value)), value, value)
    if value is None:
        return None
    if code == "z":
        if isinstance(value, bytes):
            memory = _Memory(len(value) + 1)
            memory.write(0, value)
            return CArgObject("z", "I", _word(memory.address), memory.address, memory, value)
        if isinstance(value, (Array, _Pointer)):
            item = _info_of(type(value)).item
            if item is not None and issubclass(item, _SimpleCData) and item._type_ == "c":
                return value
        if isinstance(value, CArgObject) and isinstance(value._obj, _SimpleCData) and value._obj._type_ == "c":
            return value
    elif code == "Z":
        if isinstance(value, str):
            memory = _wide(value)
            return CArgObject("Z", "I", _word(memory.address), memory.address, memory, value)
        if isinstance(value, (Array, _Pointer)):
            item = _info_of(type(value)).item
            if item is not None and issubclass(item, _SimpleCData) and item._type_ == "u":
                return value
        if isinstance(value, CArgObject) and isinstance(value._obj, _SimpleCData) and value._obj._type_ == "u":
            return value
    else:
        if isinstance(value, int):
            return CArgObject("P", "I", _word(value), value & _WORD, None)
        if isinstance(value, bytes):
            memory = _Memory(len(value) + 1)
            memory.write(0, value)
            return CArgObject("z", "I", _word(memory.address), memory.address, memory, value)
        if isinstance(value, str):
            memory = _wide(value)
            return CArgObject("Z", "I", _word(memory.address), memory.address, memory, value)
        if isinstance(value, (Array, _Pointer)):
            return value
        if isinstance(value, CArgObject):
            return value
        if isinstance(value, CFuncPtr):
            return CArgObject("P", "I", value._memory.read(0, 8), value._memory.get("P"), value)
        if isinstance(value, _SimpleCData) and value._type_ in "zZ":
            return CArgObject("Z", "I", value._memory.read(0, 8), value._memory.get("P"), value)
    return NotImplemented


def _word(number):
    return (number & _WORD).to_bytes(8, _sys.byteorder)


def _wide(text):
    """Memory with a string of wide characters and a zero."""
    data = text.encode("utf-32-le" if _sys.byteorder == "little" else "utf-32-be", "surrogatepass")
    memory = _Memory(len(data) + 4)
    memory.write(0, data)
    return memory


def _load(memory, offset, code, swapped):
    """The Python value of a simple type."""
    if code == "c":
        return memory.read(offset, 1)
    if code == "u":
        return chr(memory.get("I", offset, swapped))
    if code in "PzZ":
        address = memory.get("P", offset)
        if not address:
            return None
        if code == "P":
            return address
        return _foreign.string_at(address, -1) if code == "z" else _wstring_at(address, -1)
    if code == "v":
        return memory.get("h", offset) != 0
    if code == "O":
        address = memory.get("O", offset)
        found = memory.keep.get(address, _missing)
        if found is _missing:
            if not address:
                raise ValueError("PyObject is NULL")
            return PyObj_FromPtr(address)
        return found
    return memory.get(code, offset, swapped)


_known_objects = {}


def PyObj_FromPtr(address, /):
    """The object at an address that py_object was given."""
    try:
        return _known_objects[address]
    except KeyError:
        import gc

        for found in gc.get_objects():
            if id(found) == address:
                return found
        raise ValueError("PyObject is not known") from None


def Py_INCREF(value, /):
    _known_objects[id(value)] = value
    return value


def Py_DECREF(value, /):
    return value


def _store(memory, offset, code, value, swapped):
    """Writes a Python value as a simple type; gives what must be kept alive for it."""
    if code in _INTEGERS:
        memory.set(code, _index(value), offset, swapped)
    elif code in _FLOATS:
        memory.set(code, value, offset, swapped)
    elif code == "?":
        memory.set(code, bool(value), offset)
    elif code == "v":
        memory.set("h", -1 if value else 0, offset)
    elif code == "c":
        if isinstance(value, (bytes, bytearray)) and len(value) == 1:
            memory.write(offset, value)
        elif isinstance(value, int) and 0 <= value < 256:
            memory.set("B", value, offset)
        elif isinstance(value, (bytes, bytearray)):
            raise TypeError(
                "one character bytes, bytearray, or an integer in range(256) expected, "
                f"not {type(value).__name__} of length {len(value)}"
            )
        else:
            raise TypeError(f"one character bytes, bytearray, or an integer in range(256) expected, not {type(value).__name__}")
    elif code == "u":
        if not isinstance(value, str):
            raise TypeError(f"a unicode character expected, not instance of {type(value).__name__}")
        if len(value) != 1:
            raise TypeError(f"a unicode character expected, not a string of length {len(value)}")
        memory.set("I", ord(value), offset, swapped)
    elif code == "P":
        if value is None:
            value = 0
        elif not isinstance(value, int):
            raise TypeError("cannot be converted to pointer")
        memory.set("P", value, offset)
    elif code == "z":
        if value is None or isinstance(value, int):
            memory.set("P", value or 0, offset)
        elif isinstance(value, bytes):
            text = _Memory(len(value) + 1)
            text.write(0, value)
            memory.set("P", text.address, offset)
            memory.keep[offset, memory.address] = text
            return value
        else:
            raise TypeError(f"bytes or integer address expected instead of {type(value).__name__} instance")
    elif code == "Z":
        if value is None or isinstance(value, int):
            memory.set("P", value or 0, offset)
        elif isinstance(value, str):
            text = _wide(value)
            memory.set("P", text.address, offset)
            memory.keep[offset, memory.address] = text
            return _Keeper(text)
        else:
            raise TypeError(f"unicode string or integer address expected instead of {type(value).__name__} instance")
    elif code == "O":
        memory.set("O", id(value), offset)
        memory.keep[id(value)] = value
        return value
    else:
        value = complex(value)
        item, size = {"F": ("f", 4), "D": ("d", 8), "G": ("g", 16)}[code]
        memory.set(item, value.real, offset, swapped)
        memory.set(item, value.imag, offset + size, swapped)
    return None


class _Keeper:
    """Holds memory that a wide string was copied to."""

    __slots__ = ("memory",)

    def __init__(self, memory):
        self.memory = memory


def _travel(code, memory):
    """Letters and bytes of a simple value as an argument."""
    if code in _INTEGERS or code in "c?uPzZOv":
        load = {"c": "B", "?": "B", "u": "i", "v": "h"}.get(code, code)
        return "I", _word(memory.get(load))
    if code == "g":
        return "X", memory.read(0, 16)
    if code == "D":
        return "DD", memory.read(0, 16)
    if code == "G":
        return "M", memory.read(0, 32)
    return "D", memory.read(0, memory.size)


class _SimpleCData(_CData, metaclass=PyCSimpleType):
    """XXX to be provided"""

    __slots__ = ()

    def __new__(cls, *args, **kwargs):
        info = cls.__dict__.get("_info_ ") or _info_of(cls)
        if info is None:
            raise TypeError("abstract class")
        return _make(cls, _Memory(info.size))

    def __init__(self, *args):
        if args:
            if len(args) > 1:
                raise TypeError(f"__init__ expected at most 1 argument, got {len(args)}")
            _SimpleCData.value.__set__(self, args[0])

    @property
    def value(self):
        """current value"""
        info = _info_of(type(self))
        return _load(self._memory, 0, info.code, info.swapped)

    @value.setter
    def value(self, value):
        info = _info_of(type(self))
        kept = _store(self._memory, 0, info.code, value, info.swapped)
        if kept is not None:
            if self._b_base_ is not None:
                _keep(self, "", kept)
            else:
                self._objects_ = kept
        elif info.code in "zZPO":
            self._objects_ = None

    @value.deleter
    def value(self):
        raise TypeError("can't delete attribute")

    def __bool__(self):
        return any(self._memory.read(0, self._memory.size))

    def __repr__(self):
        if type(self).__bases__[0] is not _SimpleCData:
            return f"<{type(self).__name__} object at {id(self):#x}>"
        return f"{type(self).__name__}({_SimpleCData.value.__get__(self)!r})"

    def __ctypes_from_outparam__(self, /):
        if type(self).__bases__[0] is not _SimpleCData:
            return self
        return _SimpleCData.value.__get__(self)


_SimpleCData.__module__ = "_ctypes"


def _get_part(cls, base, memory, key):
    """What reading a field or an item of a type gives."""
    info = _info_of(cls)
    if info.kind == "simple" and cls.__bases__[0] is _SimpleCData:
        return _load(memory, 0, info.code, info.swapped)
    return _make(cls, memory, base, key)


def _get_inside(cls, base, offset, key):
    info = _info_of(cls)
    if info.kind == "simple" and cls.__bases__[0] is _SimpleCData:
        return _load(base._memory, offset, info.code, info.swapped)
    return _make(cls, base._memory.part(offset, info.size), base, key)


def _set_inside(cls, target, memory, offset, value, key):
    """Assigns to a field, an item or what a pointer points to."""
    info = _info_of(cls)
    if info.kind == "simple" and not isinstance(value, cls):
        if isinstance(value, _CData) and not info.code == "O":
            if isinstance(value, (Array, _Pointer)) and info.code in "zZP":
                raise TypeError(f"incompatible types, {type(value).__name__} instance instead of {cls.__name__} instance")
        kept = _store(memory, offset, info.code, value, info.swapped)
        _keep(target, key, kept)
        return
    if isinstance(value, cls):
        memory.write(offset, value._memory.read(0, info.size))
        if info.code == "O":
            memory.keep[id(value.value)] = value.value
        kept = _kept_of(value)
        _keep(target, key, kept)
        if value._memory.keep:
            memory.keep[offset, id(value._memory)] = value._memory.keep
        return
    if info.kind == "pointer" and isinstance(value, Array):
        item = _info_of(type(value)).item
        if not issubclass(item, info.item) and not issubclass(info.item, item):
            raise TypeError(f"incompatible types, {type(value).__name__} instance instead of {cls.__name__} instance")
        memory.set("P", value._memory.address, offset)
        _keep(target, key, (_kept_of(value), value))
        memory.keep[offset, "array"] = value._memory
        return
    if value is None and info.kind in ("pointer", "function"):
        memory.set("P", 0, offset)
        return
    if isinstance(value, tuple) and info.kind in ("struct", "union", "array"):
        try:
            made = cls(*value)
        except Exception as error:
            raise RuntimeError(f"({cls.__name__}) {type(error).__name__}: {error}") from None
        return _set_inside(cls, target, memory, offset, made, key)
    if info.kind == "array" and info.item is not None and _code_of(info.item) in ("c", "u"):
        _set_text(memory.part(offset, info.size), _code_of(info.item), info.length, value)
        return
    if info.kind == "function" and callable(value):
        return _set_inside(cls, target, memory, offset, cls(value), key)
    if info.kind == "pointer":
        raise TypeError(f"expected {cls.__name__} instance, got {type(value).__name__}")
    raise TypeError(f"incompatible types, {type(value).__name__} instance instead of {cls.__name__} instance")


def _code_of(cls):
    info = _info_of(cls)
    return info.code if info.kind == "simple" else None


# ------------------------------------------------------------------------------------------------------------------
# Structures and unions


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


class _Anonymous:
    """A field of an anonymous member, reached from the outer class."""

    def __init__(self, outer, inner):
        self.outer, self.inner = outer, inner


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

# ------------------------------------------------------------------------------------------------------------------
# Arrays


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


def _wide_text(data, cut):
    order = _sys.byteorder
    points = [int.from_bytes(data[at:at + 4], order) for at in range(0, len(data), 4)]
    if cut and 0 in points:
        points = points[: points.index(0)]
    return "".join(map(chr, points))


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


# ------------------------------------------------------------------------------------------------------------------
# Pointers


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

# ------------------------------------------------------------------------------------------------------------------
# Functions


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


def addressof(obj, /):
    if not isinstance(obj, _CData):
        raise TypeError(f"addressof() argument must be _ctypes._CData, not {type(obj).__name__}")
    _sys.audit("ctypes.addressof", obj)
    return obj._memory.address


def sizeof(obj, /):
    if isinstance(obj, _CData):
        return obj._memory.size
    info = _info_of(obj) if isinstance(obj, type) else None
    if info is None or info.size is None:
        raise TypeError("this type has no size")
    return info.size


def alignment(obj, /):
    info = _info_of(type(obj) if isinstance(obj, _CData) else obj) if isinstance(obj, (type, _CData)) else None
    if info is None:
        raise TypeError("no alignment info")
    return info.align


def resize(obj, size, /):
    if not isinstance(obj, _CData):
        raise TypeError(f"resize() argument 1 must be _ctypes._CData, not {type(obj).__name__}")
    least = _info_of(type(obj)).size
    if size < least:
        raise ValueError(f"minimum size is {least}")
    if obj._b_base_ is not None or not obj._memory.owned:
        raise ValueError("Memory cannot be resized because this object doesn't own it")
    if size != obj._memory.size:
        obj._memory.resize(size)


def set_errno(value, /):
    _sys.audit("ctypes.set_errno", value)
    return _set_errno(value)


def dlopen(name, flag=RTLD_LOCAL, /):
    if name is not None:
        import os

        name = os.fspath(name)
    _sys.audit("ctypes.dlopen", name)
    if isinstance(name, str):
        name = name.encode(_sys.getfilesystemencoding(), "surrogateescape")
    return _foreign.dlopen(name, flag)


def dlclose(handle, /):
    _foreign.dlclose(handle)


def dlsym(handle, name, /):
    _sys.audit("ctypes.dlsym/handle", handle, name)
    try:
        return _foreign.dlsym(handle, name.encode())
    except OSError as error:
        raise OSError(str(error) or f"symbol '{name}' not found") from None


def _aggregate_letters(cls):
    """How a structure, union or array travels: a letter for each eight bytes, or in memory."""
    info = _info_of(cls)
    if not 0 < info.size <= 16:
        return "M" if info.size else ""
    kinds = ["D"] * ((info.size + 7) // 8)

    def walk(cls, offset):
        info = _info_of(cls)
        if info.kind == "array":
            size = _info_of(info.item).size
            return all([walk(info.item, offset + at * size) for at in range(info.length)])
        if info.kind in ("struct", "union"):
            return all([walk(field.type, offset + field.byte_offset) for field in info.fields])
        if info.code in ("g", "G") or offset % info.align:
            return False
        if info.code not in ("f", "d", "F", "D"):
            kinds[offset // 8] = "I"
        return True

    return "".join(kinds) if walk(cls, 0) else "M"


def _letters_of(cls):
    """Letters and size of a class as a parameter or a result."""
    info = _info_of(cls)
    if info.kind == "simple":
        if info.code in ("f", "d", "F"):
            return "D", info.size
        if info.code == "g":
            return "X", 16
        if info.code == "D":
            return "DD", 16
        if info.code == "G":
            return "M", 32
        return "I", info.size
    if info.kind in ("pointer", "function"):
        return "I", 8
    return _aggregate_letters(cls), info.size


def _pass(value, kept):
    """Letters and bytes of any argument."""
    if isinstance(value, CArgObject):
        kept.append(value)
        return value._letters, value._data
    if isinstance(value, _CData):
        kept.append(value)
        info = _info_of(type(value))
        if info.kind == "simple":
            return _travel(info.code, value._memory)
        if info.kind == "array":
            return "I", _word(value._memory.address)
        if info.kind in ("pointer", "function"):
            return "I", value._memory.read(0, 8)
        return _aggregate_letters(type(value)), value._memory.read(0, info.size)
    if value is None:
        return "I", bytes(8)
    if isinstance(value, int):
        value &= 0xFFFFFFFF
        return "I", _word(value - (1 << 32) if value >> 31 else value)
    if isinstance(value, bytes):
        memory = _Memory(len(value) + 1)
        memory.write(0, value)
        kept.append(memory)
        return "I", _word(memory.address)
    if isinstance(value, str):
        memory = _wide(value)
        kept.append(memory)
        return "I", _word(memory.address)
    carried = getattr(value, "_as_parameter_", _missing)
    if carried is not _missing:
        return _pass(carried, kept)
    return None


def _wstring_at(address, size):
    if size < 0:
        size = 0
        while _foreign.string_at(address + 4 * size, 4) != b"\0\0\0\0":
            size += 1
    return _wide_text(_foreign.string_at(address, 4 * size), False)


def _cast(address, source, cls):
    info = _info_of(cls) if isinstance(cls, type) else None
    if info is None or not (info.kind in ("pointer", "function") or info.kind == "simple" and info.code in "PzZsX"):
        raise TypeError("cast() argument 2 must be a pointer type, not " + (cls.__name__ if isinstance(cls, type) else type(cls).__name__))
    result = _make(cls, _Memory(8))
    result._memory.set("P", address or 0)
    if isinstance(source, _CData):
        if not isinstance(source._objects_, dict):
            source._objects_ = {} if source._objects_ is None else {id(source._objects_): source._objects_}
        result._objects_ = source._objects_
        result._objects_[id(source)] = source
        kept = _info_of(type(source)).kind
        if kept == "array":
            result._memory.keep["target"] = source._memory
        elif kept == "pointer":
            target = source._memory.keep.get("target")
            if target is not None:
                result._memory.keep["target"] = target
        for value in source._memory.keep.values():
            result._memory.keep[id(value), "cast"] = value
    elif isinstance(source, bytes):
        memory = _Memory(len(source) + 1)
        memory.write(0, source)
        result._memory.set("P", memory.address)
        result._memory.keep["target"] = memory
        result._objects_ = {id(source): source}
    elif isinstance(source, str):
        memory = _wide(source)
        result._memory.set("P", memory.address)
        result._memory.keep["target"] = memory
        result._objects_ = {id(source): source}
    return result


def _string_at(address, size):
    _sys.audit("ctypes.string_at", address, size)
    if size < -1:
        raise SystemError("Negative size passed to PyBytes_FromStringAndSize")
    if not address and size < 0:
        raise ValueError("NULL pointer access")
    return _foreign.string_at(address or 0, size)


def _wide_at(address, size):
    _sys.audit("ctypes.wstring_at", address, size)
    if size < -1:
        raise SystemError("Negative size passed to PyUnicode_New")
    return _wstring_at(address or 0, size)


def _view_at(address, size, readonly):
    _sys.audit("ctypes.memoryview_at", address, size, readonly)
    if size < 0:
        raise ValueError("memoryview_at: size is negative (or overflowed)")
    return _Memory.foreign(address or 0, size).view("B", 1, (size,), bool(readonly))


_memmove_addr, _memset_addr = _foreign.memory_functions()
# Functions of Python's own that stand where C would have an address.
_cast_addr, _string_at_addr, _wstring_at_addr, _memoryview_at_addr = 1, 2, 3, 4
_internal = {1: _cast, 2: _string_at, 3: _wide_at, 4: _view_at}


class PyCFuncPtrType(CType_Type):
    __module__ = "_ctypes"

    def __init__(cls, name, bases, namespace, /):
        type.__init__(cls, name, bases, namespace)
        if "_abstract_" in namespace:
            type.__delattr__(cls, "_abstract_")
            return
        info = _Info("function", 8, 8)
        info.has_pointer = True
        flags = getattr(cls, "_flags_", None)
        if not isinstance(flags, int):
            raise TypeError("class must define _flags_ which must be an integer")
        info.flags = flags
        argtypes = getattr(cls, "_argtypes_", None)
        if argtypes is not None:
            info.converters = _converters(argtypes)
            info.argtypes = tuple(argtypes)
        restype = getattr(cls, "_restype_", None)
        if restype is not None and _kind_of(restype) is None and not callable(restype):
            raise TypeError("_restype_ must be a type, a callable, or None")
        info.restype = restype
        _describe(cls, info)


def _kind_of(value):
    return _info_of(value) if isinstance(value, type) else None


def _converters(argtypes):
    if not isinstance(argtypes, (tuple, list)):
        raise TypeError("_argtypes_ must be a sequence of types")
    result = []
    if len(argtypes) > CTYPES_MAX_ARGCOUNT:
        raise ArgumentError(f"_argtypes_ has too many arguments ({len(argtypes)}), maximum is {CTYPES_MAX_ARGCOUNT}")
    for at, item in enumerate(argtypes):
        convert = getattr(item, "from_param", None)
        if convert is None:
            raise TypeError(f"item {at + 1} in _argtypes_ has no from_param method")
        result.append(convert)
    return tuple(result)


class CFuncPtr(_CData, metaclass=PyCFuncPtrType):
    """Function Pointer"""

    __slots__ = (
        "_callable", "_callback", "_argtypes", "_restype", "_converters_", "_errcheck", "_params", "_name", "__name__",
    )
    _abstract_ = True

    def __new__(cls, *args, **kwargs):
        info = _info_of(cls)
        if info is None:
            raise TypeError("abstract class")
        self = _make(cls, _Memory(8))
        _prepare(self)
        if not args:
            return self
        first = args[0]
        if isinstance(first, tuple):
            _from_library(self, *args)
        elif isinstance(first, int):
            self._memory.set("P", first)
            if len(args) > 1:
                _set_parameters(self, args[1])
        elif callable(first):
            _from_callable(self, first, info)
        else:
            raise TypeError("argument must be callable or integer function address")
        return self

    def __init__(self, *args, **kwargs):
        pass

    def __bool__(self):
        return self._memory.get("P") != 0

    def __repr__(self):
        return f"<{type(self).__name__} object at {id(self):#x}>"

    @property
    def argtypes(self):
        """specify the argument types"""
        _prepare(self)
        return self._argtypes if self._argtypes is not _missing else _info_of(type(self)).argtypes

    @argtypes.setter
    def argtypes(self, value):
        _prepare(self)
        if value is None:
            self._argtypes, self._converters_ = None, None
        else:
            made = _converters(value)
            if self._params is not None:
                _checked_parameters(self._params, value)
            self._converters_, self._argtypes = made, value

    @argtypes.deleter
    def argtypes(self):
        _prepare(self)
        self._argtypes, self._converters_ = _missing, _missing

    @property
    def restype(self):
        """specify the result type"""
        _prepare(self)
        return self._restype if self._restype is not _missing else _info_of(type(self)).restype

    @restype.setter
    def restype(self, value):
        _prepare(self)
        if value is not None and _kind_of(value) is None and not callable(value):
            raise TypeError("restype must be a type, a callable, or None")
        self._restype = value

    @restype.deleter
    def restype(self):
        _prepare(self)
        self._restype = _missing

    @property
    def errcheck(self):
        """a function to check for errors"""
        _prepare(self)
        return self._errcheck

    @errcheck.setter
    def errcheck(self, value):
        _prepare(self)
        if value is not None and not callable(value):
            raise TypeError("the errcheck attribute must be callable")
        self._errcheck = value

    @errcheck.deleter
    def errcheck(self):
        self._errcheck = None

    def __call__(self, /, *args, **kwargs):
        _prepare(self)
        info = _info_of(type(self))
        values, outs = (args, None) if self._params is None else _arrange(self, args, kwargs)
        converters = self._converters_ if self._converters_ is not _missing else info.converters
        argtypes = self._argtypes if self._argtypes is not _missing else info.argtypes
        restype = self._restype if self._restype is not _missing else info.restype
        if converters is not None:
            needed = len(converters)
            if len(values) < needed or (len(values) > needed and not info.flags & FUNCFLAG_CDECL):
                raise TypeError(
                    f"this function takes at least {needed} argument{'s' if needed != 1 else ''} ({len(values)} given)"
                )
        if len(values) > CTYPES_MAX_ARGCOUNT:
            raise ArgumentError(f"too many arguments ({len(values)}), maximum is {CTYPES_MAX_ARGCOUNT}")
        address = self._memory.get("P")
        internal = _internal.get(address)
        kept, passed, converted = [], [], []
        for at, value in enumerate(values):
            try:
                if converters is not None and at < len(converters):
                    value = converters[at](value)
                converted.append(value)
                if internal is not None:
                    continue
                item = _pass(value, kept)
                if item is None:
                    raise TypeError(f"Don't know how to convert parameter {at + 1}")
            except Exception as error:
                raise ArgumentError(f"argument {at + 1}: {type(error).__name__}: {error}") from None
            passed.append(item)
        if internal is not None:
            return internal(*_plain(converted))
        if not address:
            raise ValueError("NULL function pointer")
        _sys.audit("ctypes.call_function", address, args)
        _keep_temporaries(kept)
        result = _call(self, address, restype, passed, info.flags)
        if self._errcheck is not None:
            given = tuple(values)
            result = self._errcheck(result, self, given)
            if result is not given:
                return result
        return result if outs is None else _results(outs)

    def __buffer__(self, flags, /):
        return self._memory.view("X{}", 8, (), False)


CFuncPtr.__module__ = "_ctypes"


def _keep_temporaries(kept):
    """The function may leave addresses of copied strings in what it was given the address of: they live as long."""
    copies = [one for one in kept if isinstance(one, _Memory) or isinstance(one, CArgObject) and isinstance(one._kept, _Memory)]
    if copies:
        for one in kept:
            if isinstance(one, CArgObject):
                one = one._kept
            if isinstance(one, _CData):
                one._memory.keep["call"] = copies


def _plain(values):
    """Converted arguments of one of our own functions as Python values."""
    out = []
    for value in values:
        if isinstance(value, CArgObject):
            if value._code == "O":
                out.append(value._kept)
            else:
                out.append(value._shown)
        elif isinstance(value, _SimpleCData):
            out.append(value._memory.get("P") if value._type_ in "PzZ" else value.value)
        elif isinstance(value, (_Pointer, CFuncPtr)):
            out.append(value._memory.get("P"))
        elif isinstance(value, _CData):
            out.append(value._memory.address)
        else:
            out.append(value)
    return out


def _prepare(self):
    """The fields of a function pointer, which need not have come from __new__."""
    try:
        self._params
    except AttributeError:
        self._callable = self._callback = self._errcheck = self._params = None
        self._argtypes = self._restype = self._converters_ = _missing


def _from_library(self, pair, params=None):
    if len(pair) != 2:
        raise TypeError("argument 1 must be a tuple of length 2")
    name, library = pair
    if isinstance(name, int):
        raise TypeError("the _handle attribute of the second argument must be an integer")
    if not isinstance(name, (str, bytes)):
        raise TypeError("function name must be string, bytes object or integer")
    handle = library._handle
    if not isinstance(handle, int):
        raise TypeError("the _handle attribute of the second argument must be an integer")
    _sys.audit("ctypes.dlsym", library, name)
    try:
        address = _foreign.dlsym(handle, name.encode() if isinstance(name, str) else name)
    except OSError as error:
        raise AttributeError(str(error) or f"function '{name}' not found") from None
    self._memory.set("P", address)
    self._objects_ = {"0": library}
    if params is not None:
        _set_parameters(self, params)


def _set_parameters(self, params):
    if params is None:
        return
    if not isinstance(params, tuple):
        raise TypeError("paramflags must be a tuple or None")
    self._params = _checked_parameters(params, _info_of(type(self)).argtypes or ())


def _checked_parameters(params, argtypes):
    if len(params) != len(argtypes):
        raise ValueError("paramflags must have the same length as argtypes")
    checked = []
    for param, cls in zip(params, argtypes):
        if not isinstance(param, tuple) or not 1 <= len(param) <= 3 or not isinstance(param[0], int):
            raise TypeError("paramflags must be a sequence of (int [,string [,value]]) tuples")
        if len(param) > 1 and param[1] is not None and not isinstance(param[1], str):
            raise TypeError("paramflags must be a sequence of (int [,string [,value]]) tuples")
        if param[0] & 3 == 2:
            info = _info_of(cls)
            if info is None or not (info.kind in ("pointer", "array") or info.kind == "simple" and info.code in "PzZ"):
                raise TypeError(f"'out' parameter {params.index(param) + 1} must be a pointer type, not {cls.__name__}")
        elif param[0] & ~7:
            raise TypeError("paramflag value %d not supported" % param[0])
        checked.append((param[0], param[1] if len(param) > 1 else None, *param[2:]))
    return tuple(checked)


def _arrange(self, args, kwargs):
    """Arguments after the parameters' flags: positions, names, defaults, and those that the function fills in."""
    values, outs, used = [], [], 0
    argtypes = self._argtypes if self._argtypes not in (_missing, None) else _info_of(type(self)).argtypes
    names = set()
    for at, (flags, name, *default) in enumerate(self._params):
        kind = flags & 7
        if kind in (2,):
            cls = argtypes[at]
            info = _info_of(cls)
            made = cls() if info.kind == "array" else info.item()
            outs.append((at, made, True))
            values.append(made if info.kind == "array" else byref(made))
            continue
        if kind == 4 or kind == 5:
            if used < len(args):
                value = args[used]
                used += 1
            elif name is not None and name in kwargs:
                value = kwargs[name]
                names.add(name)
            else:
                value = default[0] if default else 0
        elif used < len(args):
            value = args[used]
            used += 1
        elif name is not None and name in kwargs:
            value = kwargs[name]
            names.add(name)
        elif default:
            value = default[0]
        elif name is not None:
            raise TypeError(f"required argument '{name}' missing")
        else:
            raise TypeError("not enough arguments")
        if kind == 3:
            cls = argtypes[at]
            info = _info_of(cls)
            if not isinstance(value, _CData) and info.kind == "pointer":
                value = info.item(value)
            outs.append((at, value, False))
            values.append(byref(value) if info.kind == "pointer" and isinstance(value, info.item) else value)
            continue
        values.append(value)
    given = used + len(names)
    wanted = len([1 for flags, *_ in self._params if flags & 3 != 2])
    if len(args) + len(kwargs) > wanted:
        raise TypeError(f"call takes exactly {wanted} arguments ({len(args) + len(kwargs)} given)")
    return values, outs or None


def _results(outs):
    found = tuple(made.__ctypes_from_outparam__() if isinstance(made, _CData) else made for _, made, _ in outs)
    return found[0] if len(found) == 1 else found


def _call(self, address, restype, passed, flags):
    hold = bool(flags & FUNCFLAG_PYTHONAPI)
    use_errno = bool(flags & FUNCFLAG_USE_ERRNO)
    info = _kind_of(restype)
    if restype is None:
        _foreign.call(address, "", 0, passed, hold, use_errno)
        return None
    if info is None:
        data = _foreign.call(address, "I", 8, passed, hold, use_errno)
        return restype(int.from_bytes(data[:4], _sys.byteorder, signed=True))
    letters, size = _letters_of(restype)
    data = _foreign.call(address, letters, size, passed, hold, use_errno)
    memory = _Memory(info.size)
    memory.write(0, data[: info.size])
    if info.kind == "simple" and restype.__bases__[0] is _SimpleCData:
        result = _load(memory, 0, info.code, info.swapped)
    else:
        result = _make(restype, memory)
    check = getattr(restype, "_check_retval_", None)
    return result if check is None else check(result)


def _from_callable(self, function, info):
    """Makes a callback of a Python callable."""
    argtypes = info.argtypes
    if argtypes is None:
        raise TypeError("cannot construct instance of this class: no argtypes")
    restype = info.restype
    arguments = []
    for cls in argtypes:
        if _kind_of(cls) is None:
            raise TypeError("invalid argument type for callback function")
        arguments.append(_letters_of(cls))
    result = _kind_of(restype)
    if restype is not None and (result is None or result.kind not in ("simple", "struct", "union", "function")):
        raise TypeError("invalid result type for callback function")
    letters = _letters_of(restype)[0] if restype is not None else ""
    kept = {}

    def enter(*data):
        try:
            args = []
            for cls, item in zip(argtypes, data):
                kind = _info_of(cls)
                memory = _Memory(kind.size)
                memory.write(0, item[: kind.size])
                if kind.kind == "simple" and cls.__bases__[0] is _SimpleCData:
                    args.append(_load(memory, 0, kind.code, False))
                else:
                    made = _make(cls, memory)
                    if kind.kind == "function":
                        _prepare(made)
                    args.append(made)
        except BaseException as error:
            _report(error, f"Exception ignored while converting arguments of ctypes callback function {function!r}")
            return None
        try:
            value = function(*args)
        except BaseException as error:
            _report(error, f"Exception ignored while calling ctypes callback function {function!r}")
            return None
        if result is None:
            return None
        try:
            memory = _Memory(max(result.size, 8))
            target = _make(restype, memory)
            if result.kind == "simple":
                if isinstance(value, restype):
                    memory.write(0, value._memory.read(0, result.size))
                else:
                    kept["result"] = _store(memory, 0, result.code, value, False), memory
            else:
                _set_inside(restype, target, memory, 0, value, "0")
                kept["result"] = target, value
            if result.kind == "simple" and result.code in _INTEGERS | {"c", "?", "u"}:
                return _travel(result.code, memory)[1]
            return memory.read(0, max(result.size, 8))
        except BaseException as error:
            _report(error, f"Exception ignored while converting result of ctypes callback function {function!r}")
            return None

    self._callable = function
    self._callback = _foreign.Callback(enter, arguments, letters)
    self._memory.set("P", self._callback.address)
    self._objects_ = {"0": self._callback}
    self._memory.keep["callback"] = self._callback


def _report(error, message):
    from types import SimpleNamespace

    traceback = error.__traceback__
    if traceback is not None:
        error.__traceback__ = traceback.tb_next
    _sys.unraisablehook(
        SimpleNamespace(
            exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__, err_msg=message, object=None
        )
    )


def call_function(address, arguments, /):
    passed, kept = [], []
    for value in arguments:
        passed.append(_pass(value, kept))
    data = _foreign.call(address, "I", 8, passed, True, False)
    return int.from_bytes(data[:4], _sys.byteorder, signed=True)


def call_cdeclfunction(address, arguments, /):
    return call_function(address, arguments)


for _class in (
    CType_Type, PyCSimpleType, PyCStructType, UnionType, PyCArrayType, PyCPointerType, PyCFuncPtrType, _CData, _SimpleCData,
    Structure, Union, Array, _Pointer, CFuncPtr, CField, CArgObject,
):
    _foreign.freeze(_class)
del _class
