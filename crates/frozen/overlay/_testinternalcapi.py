"""What CPython's own tests ask of its extension module of this name, as far as it can be said in Python: see _testcapi."""

import sys

_INLINE_VALUES = 1 << 2


def has_inline_values(object, /):
    """Whether attributes lie in the object itself."""
    return bool(type(object).__flags__ & _INLINE_VALUES)


def get_recursion_depth():
    depth, frame = 0, sys._getframe(1)
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    return depth


def get_c_recursion_remaining():
    return sys.getrecursionlimit() - get_recursion_depth()


def get_config():
    from _testcapi import config_get
    return {"code_debug_ranges": config_get("code_debug_ranges"), "int_max_str_digits": sys.flags.int_max_str_digits}
