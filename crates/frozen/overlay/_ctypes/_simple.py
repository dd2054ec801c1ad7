"""Simple C types: numbers, characters, strings by address, Python objects; and how values are put inside of others."""
import _taipan_foreign as _foreign
import sys as _sys
from _operator import index as _index
from _taipan_foreign import Memory as _Memory
from _ctypes._base import (
    CArgObject, CType_Type, _ALIGNMENTS, _CData, _FLOATS, _INTEGERS, _Info, _SIZES, _SWAPPABLE, _WORD, _code_of,
    _describe, _info_of, _keep, _kept_of, _make, _missing, _set_text, _shape, _wide, _word, _wstring_at,
)

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
        if _shape(value) in ("array", "pointer"):
            item = _info_of(type(value)).item
            if item is not None and issubclass(item, _SimpleCData) and item._type_ == "c":
                return value
        if isinstance(value, CArgObject) and isinstance(value._obj, _SimpleCData) and value._obj._type_ == "c":
            return value
    elif code == "Z":
        if isinstance(value, str):
            memory = _wide(value)
            return CArgObject("Z", "I", _word(memory.address), memory.address, memory, value)
        if _shape(value) in ("array", "pointer"):
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
        if _shape(value) in ("array", "pointer"):
            return value
        if isinstance(value, CArgObject):
            return value
        if _shape(value) == "function":
            return CArgObject("P", "I", value._memory.read(0, 8), value._memory.get("P"), value)
        if isinstance(value, _SimpleCData) and value._type_ in "zZ":
            return CArgObject("Z", "I", value._memory.read(0, 8), value._memory.get("P"), value)
    return NotImplemented


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
            if _shape(value) in ("array", "pointer") and info.code in "zZP":
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
    if info.kind == "pointer" and _shape(value) == "array":
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
