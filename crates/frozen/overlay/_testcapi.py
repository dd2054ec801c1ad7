"""What CPython's own tests ask of its extension module of this name, as far as it can be said in Python.

There is no C API here. The parts that tests use to look at the language from outside (printing an exception, limits of
numbers, calls) are given; what is missing raises AttributeError.
"""

import sys
import types

from _testcapi_datetime import *
from _testcapi_threads import (
    _end_spawned_pthread, _spawn_pthread_waiter, call_in_temporary_c_thread, join_temporary_c_thread,
)
from _testcapi_time import PyTime_AsSecondsDouble
# Native functions, descriptors and fired events.
from _taipan_testing import *

CHAR_MAX, CHAR_MIN = 127, -128
UCHAR_MAX = 255
SHRT_MAX, SHRT_MIN, USHRT_MAX = 2**15 - 1, -2**15, 2**16 - 1
INT_MAX, INT_MIN, UINT_MAX = 2**31 - 1, -2**31, 2**32 - 1
LONG_MAX, LONG_MIN, ULONG_MAX = 2**63 - 1, -2**63, 2**64 - 1
LLONG_MAX, LLONG_MIN, ULLONG_MAX = LONG_MAX, LONG_MIN, ULONG_MAX
PY_SSIZE_T_MAX, PY_SSIZE_T_MIN = sys.maxsize, -sys.maxsize - 1
SIZE_MAX = ULONG_MAX
SIZEOF_WCHAR_T, SIZEOF_VOID_P, SIZEOF_TIME_T, SIZEOF_PID_T = 4, 8, 8, 4
FLT_MAX, FLT_MIN = 3.4028234663852886e38, 1.1754943508222875e-38
DBL_MAX, DBL_MIN = sys.float_info.max, sys.float_info.min
WITH_PYMALLOC = False
nan_msb_is_signaling = False
_Py_STACK_GROWS_DOWN = True
Py_single_input, Py_file_input, Py_eval_input = 256, 257, 258


class error(Exception):
    pass


def config_get(name):
    if name == "code_debug_ranges":
        import os
        from_environment = not sys.flags.ignore_environment and os.environ.get("PYTHONNODEBUGRANGES")
        return int(not ("no_debug_ranges" in sys._xoptions or from_environment))
    if name in ("int_max_str_digits", "verbose", "bytes_warning", "dev_mode", "quiet", "isolated"):
        return getattr(sys.flags, name)
    raise ValueError(f"unknown config option name: {name}")


def exception_print(exception, legacy=False, /):
    """Print an exception to sys.stderr as an uncaught one."""
    sys.__excepthook__(type(exception), exception, getattr(exception, "__traceback__", None))


def traceback_print(tb, file, /):
    """Print a traceback with its header, without marks below the lines."""
    import traceback
    print("Traceback (most recent call last):", file=file)
    for line in "".join(traceback.format_tb(tb)).splitlines():
        if not set(line.strip()) <= set("^~"):
            print(line, file=file)


def make_exception_with_doc(name, doc=None, base=Exception, dict=None):
    module, _, name = name.rpartition(".")
    if not module:
        raise SystemError("PyErr_NewException: name must be module.class")
    bases = base if isinstance(base, tuple) else (base or Exception,)
    namespace = {"__module__": module, **(dict or {})}
    if doc is not None:
        namespace["__doc__"] = doc
    return type(name, bases, namespace)


def raise_exception(exception, count, /):
    raise exception(*range(count))


def raise_memoryerror():
    raise MemoryError


def err_givenexceptionmatches(given, expected, /):
    given = given if isinstance(given, type) else type(given)
    try:
        return int(issubclass(given, expected))
    except RecursionError as error:
        # A tuple of tuples that goes too deep matches nothing.
        _unraisable(error, None, None)
        return 0


def _hook_arguments(*fields):
    """An object of the class that hooks are given, which has no name."""
    kinds = []

    class Failing:
        def __del__(self):
            raise Exception

    hook, sys.unraisablehook = sys.unraisablehook, lambda arguments: kinds.append(type(arguments))
    try:
        Failing()
    finally:
        sys.unraisablehook = hook
    return kinds[0](fields)


def _unraisable(exception, message, object):
    if exception is not None and exception.__traceback__ is None:
        try:
            raise exception
        except BaseException:
            pass
    hook = sys.unraisablehook
    arguments = _hook_arguments(
        None if exception is None else type(exception), exception, getattr(exception, "__traceback__", None), message, object
    )
    sys.audit("sys.unraisablehook", hook, arguments)
    try:
        hook(arguments)
    except BaseException as error:
        message = "Exception ignored in sys.unraisablehook"
        sys.__unraisablehook__(_hook_arguments(type(error), error, error.__traceback__, message, hook))


def err_writeunraisable(exception, object, /):
    _unraisable(exception, None, object)


def err_formatunraisable(exception, format=None, *arguments):
    if format is not None:
        text = format.decode() if isinstance(format, bytes) else format
        format = text.replace("%R", "%r").replace("%S", "%s") % arguments
    _unraisable(exception, format, None)


def settrace_to_record(events, /):
    """Trace, and note the number of each event, its line and what came with it."""
    def trace(frame, event, argument):
        events.append((("call", "exception", "line", "return").index(event), frame.f_lineno, argument))
        return trace

    sys.settrace(trace)


def code_newempty(filename, name, line, /):
    return compile("raise AssertionError", filename, "exec").replace(co_name=name, co_firstlineno=line)


def create_cfunction():
    return [].append


class HeapCTypeWithDict:
    pass


class HeapCTypeWithWeakref:
    __slots__ = "__weakref__",


del HeapCTypeWithWeakref.__slots__


class RecursingInfinitelyError(Exception):
    def __new__(cls, *arguments):
        return cls(*arguments)


class awaitType:
    """Awaits what it is made of."""

    def __init__(self, iterator, /):
        self.__iterator = iterator

    def __await__(self):
        return self.__iterator


def pymarshal_write_long_to_file(value, path, version, /):
    with open(path, "wb") as file:
        file.write((value & 0xFFFF_FFFF).to_bytes(4, "little"))


def pymarshal_write_object_to_file(value, path, version, /):
    import marshal
    with open(path, "wb") as file:
        file.write(marshal.dumps(value, version))


def _read_number(path, size):
    with open(path, "rb") as file:
        data = file.read(size)
        if len(data) < size:
            raise EOFError("EOF read where data expected")
        return int.from_bytes(data, "little", signed=True), file.tell()


def pymarshal_read_short_from_file(path, /):
    return _read_number(path, 2)


def pymarshal_read_long_from_file(path, /):
    return _read_number(path, 4)


def pymarshal_read_object_from_file(path, /):
    import marshal
    with open(path, "rb") as file:
        return marshal.load(file), file.tell()


def pymarshal_read_last_object_from_file(path, /):
    import marshal
    with open(path, "rb") as file:
        data = file.read()
    return marshal.loads(data), len(data)


def is_immortal(object, /):
    return sys._is_immortal(object)


def pyobject_fastcall(function, arguments, /):
    return function(*arguments or ())


def pyobject_fastcalldict(function, arguments, keywords, /):
    return function(*arguments or (), **keywords or {})


def pyobject_vectorcall(function, arguments, names, /):
    arguments = arguments or ()
    if not names:
        return function(*arguments)
    count = len(arguments) - len(names)
    return function(*arguments[:count], **dict(zip(names, arguments[count:])))


def pyvectorcall_call(function, arguments, keywords=None, /):
    return function(*arguments, **keywords or {})


def pycfunction_call(function, arguments, keywords=None, /):
    return function(*arguments, **keywords or {})


def function_setvectorcall(function, /):
    """From now on calls of the Python function answer "overridden", whatever they are given."""
    if not isinstance(function, types.FunctionType):
        raise TypeError("'function' must be a function")
    function.__code__ = (lambda *arguments, **keywords: "overridden").__code__


def without_gc(cls, /):
    return cls


def Py_CompileStringExFlags(text, name, start, flags=0, optimize=-1, /):
    import os
    if flags & 0x800:
        # Such text is said to be UTF-8.
        text = text.decode()
        flags &= ~0x900
    modes = {Py_single_input: "single", Py_file_input: "exec", Py_eval_input: "eval"}
    return compile(text, os.fsdecode(name), modes[start], flags, dont_inherit=True, optimize=optimize)


def code_offset_to_line(code, offset, /):
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return -1 if line is None else line
    return -1


def W_STOPCODE(number, /):
    """What wait() says of a process that a signal has stopped."""
    return number << 8 | 0x7F


def getbuffer_with_null_view(object, /):
    """Ask for a buffer as extension modules of old did, without a place for it."""
    with memoryview(object):
        pass
    names = {"array": "array_buffer_getbuf", "bytearray": "bytearray_getbuffer"}
    where = names.get(type(object).__name__, "PyBuffer_FillInfo")
    raise BufferError(f"{where}: view==NULL argument is obsolete")
