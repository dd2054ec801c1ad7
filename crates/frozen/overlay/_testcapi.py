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
    """Print a traceback with its header."""
    import traceback
    print("Traceback (most recent call last):", file=file)
    traceback.print_tb(tb, file=file)


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
    return int(issubclass(given, expected))


def _unraisable(exception, message, object):
    kind = type(exception) if exception is not None else None
    tb = getattr(exception, "__traceback__", None)
    arguments = types.SimpleNamespace(
        exc_type=kind, exc_value=exception, exc_traceback=tb, err_msg=message, object=object
    )
    sys.audit("sys.unraisablehook", sys.unraisablehook, arguments)
    sys.unraisablehook(arguments)


def err_writeunraisable(exception, object, /):
    _unraisable(exception, None, object)


def err_formatunraisable(exception, format=None, *arguments):
    if isinstance(format, bytes):
        format = format.decode().replace("%R", "%r").replace("%S", "%s")
        format %= arguments
    _unraisable(exception, format, None)


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
