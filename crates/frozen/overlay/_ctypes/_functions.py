"""Foreign functions and callbacks: libraries, conversions of arguments, calls, results."""
import _taipan_foreign as _foreign
import sys as _sys
from _taipan_foreign import Memory as _Memory
from _taipan_foreign import set_errno as _set_errno
from _ctypes._base import (
    ArgumentError, CArgObject, CType_Type, _CData, _INTEGERS, _Info, _describe, _info_of, _kind_of, _make, _missing,
    _wide, _word, _wstring_at, byref,
)
from _ctypes._simple import _SimpleCData, _load, _set_inside, _store, _travel
from _ctypes._sequences import _Pointer

FUNCFLAG_CDECL = 1
FUNCFLAG_PYTHONAPI = 4
FUNCFLAG_USE_ERRNO = 8
FUNCFLAG_USE_LASTERROR = 16
RTLD_LOCAL = 0
RTLD_GLOBAL = 8 if _sys.platform == "darwin" else 256
CTYPES_MAX_ARGCOUNT = 1024


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

def _set_async_exc(thread, exception):
    from _taipan_testing import set_async_exc

    thread, exception = (getattr(item, "value", item) for item in (thread, exception))
    return set_async_exc(thread, exception)


# Functions of Python's own that stand where C would have an address.
_cast_addr, _string_at_addr, _wstring_at_addr, _memoryview_at_addr = 1, 2, 3, 4
_internal = {1: _cast, 2: _string_at, 3: _wide_at, 4: _view_at}
# What `ctypes.pythonapi` has: there is no C interface, but for what programs commonly ask of it.
_python_api = {}


def _offer(name, function):
    address = len(_internal) + 1
    _internal[address] = function
    _python_api[name] = address


_offer("PyThreadState_SetAsyncExc", _set_async_exc)


class _CodeExtras:
    """Addresses that C functions keep with code objects, and what frees them when the code goes."""

    def __init__(self):
        self.frees, self.kept = [], {}

    def request(self, free):
        from ctypes import CFUNCTYPE, c_void_p

        self.frees.append(CFUNCTYPE(None, c_void_p)(free) if free else None)
        return len(self.frees) - 1

    def place(self, code, index):
        code, index = (getattr(item, "value", item) for item in (code, index))
        if not isinstance(code, type(_sys._getframe().f_code)) or not 0 <= index < len(self.frees):
            raise SystemError("bad argument to internal function")
        return code, index

    def store(self, code, index, extra):
        from _weakref import ref

        code, index = self.place(code, index)
        key = id(code)
        if key not in self.kept:
            self.kept[key] = ref(code, lambda _: self.release(key)), {}
        self.kept[key][1][index] = getattr(extra, "value", extra)
        return 0

    def fetch(self, code, index, extra):
        code, index = self.place(code, index)
        found = self.kept.get(id(code), (None, {}))[1].get(index)
        from ctypes import c_void_p

        c_void_p.from_address(extra).value = found
        return 0

    def release(self, key):
        for index, extra in self.kept.pop(key)[1].items():
            if extra is not None and self.frees[index] is not None:
                self.frees[index](extra)


_extras = _CodeExtras()
_offer("PyUnstable_Eval_RequestCodeExtraIndex", _extras.request)
_offer("PyUnstable_Code_SetExtra", _extras.store)
_offer("PyUnstable_Code_GetExtra", _extras.fetch)


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
        address = _python_api.get(name) if getattr(library, "_name", name) is None else None
        if address is None:
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
