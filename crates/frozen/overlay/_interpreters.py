"""Interpreters of the process, of which there is one so far: it can be asked about, but no other can be made."""
# Ours: CPython's is written in C, and makes interpreters.

WHENCE_UNKNOWN = 0
WHENCE_RUNTIME = 1
WHENCE_LEGACY_CAPI = 2
WHENCE_CAPI = 3
WHENCE_XI = 4
WHENCE_STDLIB = 5

_MAIN = 0


class InterpreterError(Exception):
    """A cross-interpreter operation failed"""

    __module__ = "concurrent.interpreters"


class InterpreterNotFoundError(InterpreterError):
    """An interpreter was not found"""

    __module__ = "concurrent.interpreters"


class NotShareableError(TypeError):
    __module__ = "concurrent.interpreters"


def _check(id):
    if not isinstance(id, int):
        raise TypeError(f"interpreter ID must be an int, got {type(id).__name__}")
    if id != _MAIN:
        raise InterpreterNotFoundError(f"unrecognized interpreter ID {id}")


def _refuse(id):
    _check(id)
    raise InterpreterError("interpreter already running")


def create(config="isolated", *, reqrefs=False):
    raise InterpreterError("interpreter creation failed: there is one interpreter in a process")


def destroy(id, *, restrict=False):
    _check(id)
    raise InterpreterError("cannot destroy the current interpreter")


def list_all(*, require_ready=False):
    return [(_MAIN, WHENCE_RUNTIME)]


def get_current():
    return _MAIN, WHENCE_RUNTIME


def get_main():
    return _MAIN, WHENCE_RUNTIME


def whence(id):
    _check(id)
    return WHENCE_RUNTIME


def is_running(id, *, restrict=False):
    _check(id)
    return True


def incref(id, *, implieslink=False, restrict=False):
    _check(id)


def decref(id, *, restrict=False):
    _check(id)


def is_shareable(obj):
    if isinstance(obj, tuple):
        return type(obj) is tuple and all(map(is_shareable, obj))
    return obj is None or type(obj) in (bool, int, float, str, bytes, memoryview)


def set___main___attrs(id, updates, *, restrict=False):
    _refuse(id)


def exec(id, code, shared=None, *, restrict=False):
    _refuse(id)


def call(id, callable, args=None, kwargs=None, *, preserve_exc=False, restrict=False):
    _refuse(id)


def run_string(id, script, shared=None, *, restrict=False):
    _refuse(id)


def run_func(id, func, shared=None, *, restrict=False):
    _refuse(id)
