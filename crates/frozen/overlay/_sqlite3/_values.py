"""Adapters and converters, and what arguments and results of callbacks must be."""
import _taipan_sqlite as _native
import sys as _sys
from _warnings import warn as _warn
from _sqlite3._codes import LEGACY_TRANSACTION_CONTROL, ProgrammingError

# Classes that SQLite has a kind for, and those of them that have an adapter all the same.
_PLAIN = {int, float, str, bytes, bytearray, memoryview, type(None)}
_adapted_plain = set()
adapters = {}
converters = {}
_tracebacks = False


class PrepareProtocol:
    """PEP 246 style object adaption protocol type."""

    __module__ = "sqlite3"

    def __init__(self, *args, **kwargs):
        pass


def register_adapter(type, adapter, /):
    """Register a function to adapt Python objects to SQLite values."""
    adapters[type, PrepareProtocol] = adapter
    if type in _PLAIN:
        _adapted_plain.add(type)


def register_converter(typename, converter, /):
    """Register a function to convert SQLite values to Python objects."""
    if not isinstance(typename, str):
        raise TypeError(f"register_converter() argument 1 must be str, not {_class_name(typename)}")
    converters[typename.upper()] = converter


def _class_name(value):
    return "None" if value is None else type(value).__name__


_missing = object()


def adapt(obj, proto=PrepareProtocol, alt=_missing, /):
    """Adapt given object to given protocol."""
    adapter = adapters.get((type(obj), proto))
    if adapter is not None:
        return adapter(obj)
    for method, argument in ((getattr(proto, "__adapt__", None), obj), (getattr(obj, "__conform__", None), proto)):
        if method is not None:
            try:
                adapted = method(argument)
            except TypeError:
                continue
            if adapted is not None:
                return adapted
    if alt is not _missing:
        return alt
    raise ProgrammingError("can't adapt")


def complete_statement(statement):
    """Checks if a string contains a complete SQL statement."""
    return _native.is_complete(statement)


def enable_callback_tracebacks(enable, /):
    """Enable or disable callback functions throwing errors to stderr."""
    global _tracebacks
    _tracebacks = bool(enable)


_SETTINGS = ("timeout", "detect_types", "isolation_level", "check_same_thread", "factory", "cached_statements", "uri")


def _settings(name, args, kwargs):
    """Settings that were given by position, which is deprecated, together with those that were named."""
    if len(args) > len(_SETTINGS):
        raise TypeError(f"{name.rpartition('.')[2]} takes at most 8 positional arguments ({len(args) + 1} given)")
    _warn(
        f"Passing more than 1 positional argument to {name} is deprecated. Parameters "
        + ", ".join(map(repr, _SETTINGS[:-1])) + " and 'uri' will become keyword-only parameters in Python 3.15.",
        DeprecationWarning,
        stacklevel=3,
    )
    return {**dict(zip(_SETTINGS, args)), **kwargs}


def _named(name, given, *parameters):
    """Warns of arguments that were named and will be positional only."""
    shown = ", ".join(map(repr, parameters[:-1])) + (" and " if len(parameters) > 1 else "") + repr(parameters[-1])
    more = "s" if len(parameters) > 1 else ""
    _warn(
        f"Passing keyword argument{more} {shown} to _sqlite3.Connection.{name}() is deprecated. "
        f"Parameter{more} {shown} will become positional-only in Python 3.15.",
        DeprecationWarning,
        stacklevel=4,
    )
    if set(given) - set(parameters):
        raise TypeError(f"{name}() got an unexpected keyword argument '{(set(given) - set(parameters)).pop()}'")


def _report(function, error):
    if _tracebacks:
        from types import SimpleNamespace

        _sys.unraisablehook(
            SimpleNamespace(
                exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__,
                err_msg=f"Exception ignored on sqlite3 callback {function!r}", object=None,
            )
        )


def _failure(function, error, message):
    """What a callback that has raised tells SQLite."""
    _report(function, error)
    if isinstance(error, MemoryError):
        return 7, ""
    if isinstance(error, OverflowError):
        return 18, ""
    return 1, message


def _fits(value):
    """Whether SQLite has a kind for a function's result, raising what is wrong with its size."""
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        raise OverflowError("Python int too large to convert to SQLite INTEGER")
    if isinstance(value, str):
        value.encode()
    if isinstance(value, (str, bytes, bytearray)) and len(value) > 0x7FFFFFFF:
        raise OverflowError("string is longer than INT_MAX bytes" if isinstance(value, str) else "BLOB longer than INT_MAX bytes")
    if value is None or isinstance(value, (int, float, str)):
        return True
    try:
        view = memoryview(value)
    except TypeError:
        return False
    if not view.c_contiguous:
        raise BufferError("memoryview: underlying buffer is not C-contiguous")
    return True


def _unfit(value):
    return ProgrammingError(f"User-defined functions cannot return '{type(value).__name__}' values to SQLite")


_TRANSACTIONS = ("", "DEFERRED", "IMMEDIATE", "EXCLUSIVE")


def _checked_level(level):
    if level is None:
        return None
    if not isinstance(level, str):
        raise TypeError("isolation_level must be str or None")
    if "\0" in level:
        raise ValueError("embedded null character")
    level = str.upper(level)
    if level not in _TRANSACTIONS:
        raise ValueError("isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'")
    return level


def _checked_autocommit(value):
    if value is True or value is False:
        return value
    if isinstance(value, int) and value == LEGACY_TRANSACTION_CONTROL:
        return LEGACY_TRANSACTION_CONTROL
    raise ValueError("autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL")


def _int(value):
    if not isinstance(value, int):
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
    return value


def _three(method, args, named, *names):
    """Arguments by position, or by names of which a warning comes."""
    if named:
        _named(method, named, *names)
    values = list(args) + [named[name] for name in names[len(args):] if name in named]
    if len(values) != len(names) or len(args) > len(names):
        raise TypeError(f"{method}() takes exactly {len(names)} positional arguments ({len(values)} given)")
    return values
