"""What CPython's own tests ask of its extension module of this name, as far as it can be said in Python: see _testcapi."""

import sys

# The compiler's steps; what is read from code objects stands below.
from _taipan_compiler import assemble_code_object, compiler_codegen, new_instruction_sequence, optimize_cfg
from _testcapi_time import (
    SIZEOF_TIME_T, _PyTime_AsMicroseconds, _PyTime_AsMilliseconds, _PyTime_AsTimespec, _PyTime_AsTimespec_clamp,
    _PyTime_AsTimeval, _PyTime_AsTimeval_clamp, _PyTime_FromSeconds, _PyTime_FromSecondsObject, _PyTime_ObjectToTime_t,
    _PyTime_ObjectToTimespec, _PyTime_ObjectToTimeval,
)

_INLINE_VALUES = 1 << 2

# Executions after which an instruction has settled on what it sees, and for which it then keeps to it.
SPECIALIZATION_THRESHOLD, SPECIALIZATION_COOLDOWN = 2, 53
# There is no second tier: a loop that waits for it waits this long.
TIER2_THRESHOLD = 4096


def has_inline_values(object, /):
    """Whether attributes lie in the object itself."""
    return bool(type(object).__flags__ & _INLINE_VALUES)


def pymem_getallocatorsname():
    return "taipan"


def get_tracked_heap_size():
    import gc
    return len(gc.get_objects())


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


_ARG_POS, _ARG_KW, _ARG_VAR, _HIDDEN, _LOCAL, _CELL, _FREE = 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80
_OPTIMIZED, _VARARGS, _VARKEYWORDS, _GENERATORS = 0x1, 0x4, 0x8, 0x2A0


def _code_of(object, also_functions):
    code = getattr(object, "__code__", object) if also_functions else object
    if not isinstance(code, type(_code_of.__code__)):
        raise TypeError(f"argument must be a code object{' or a function' * also_functions}")
    return code


def get_co_localskinds(code, /):
    """What each slot of a frame of this code is."""
    code = _code_of(code, False)
    # The variables of inlined comprehensions are the only fast locals of modules and classes.
    hidden = 0 if code.co_flags & _OPTIMIZED else _HIDDEN
    kinds = [_ARG_POS] * code.co_posonlyargcount
    kinds += [_ARG_POS | _ARG_KW] * (code.co_argcount - code.co_posonlyargcount)
    kinds += [_ARG_KW] * code.co_kwonlyargcount
    kinds += [_ARG_VAR | _ARG_POS] * bool(code.co_flags & _VARARGS)
    kinds += [_ARG_VAR | _ARG_KW] * bool(code.co_flags & _VARKEYWORDS)
    kinds += [hidden] * (len(code.co_varnames) - len(kinds))
    found = {name: kind | _LOCAL for name, kind in zip(code.co_varnames, kinds)}
    for name in code.co_cellvars:
        found[name] = found.get(name, hidden) | _CELL
    return found | dict.fromkeys(code.co_freevars, _FREE)


def _instructions(code):
    import dis
    return dis.get_instructions(code)


def code_returns_only_none(code, /):
    code = _code_of(code, False)
    if code.co_flags & _GENERATORS:
        return False
    before = None
    for instruction in _instructions(code):
        if instruction.opname == "RETURN_VALUE" and (before.opname != "LOAD_CONST" or before.argval is not None):
            return False
        before = instruction
    return True


def get_code_var_counts(code, /, globalnames=None, attrnames=None, globalsns=None, builtinsns=None):
    """How many variables of each kind a code object or a function has."""
    for number, names in (2, globalnames), (3, attrnames):
        if names is not None and not isinstance(names, set):
            raise TypeError(f"get_code_var_counts() argument {number} must be set, not {type(names).__name__}")
    function, code = code, _code_of(code, True)
    if function is not code:
        globalsns = function.__globals__ if globalsns is None else globalsns
        builtinsns = function.__builtins__ if builtinsns is None else builtinsns
    globalnames = set() if globalnames is None else globalnames
    attrnames = set() if attrnames is None else attrnames
    for instruction in _instructions(code):
        if instruction.opname == "LOAD_GLOBAL":
            globalnames.add(code.co_names[instruction.arg >> 1])
        elif instruction.opname == "LOAD_ATTR":
            attrnames.add(code.co_names[instruction.arg >> 1])
    kinds = list(get_co_localskinds(code).values())
    is_arg = _ARG_POS | _ARG_KW

    def count(test):
        return sum(map(test, kinds))

    args = {
        "total": count(lambda kind: kind & is_arg != 0),
        "numposonly": code.co_posonlyargcount,
        "numposorkw": code.co_argcount - code.co_posonlyargcount,
        "numkwonly": code.co_kwonlyargcount,
        "varargs": int(bool(code.co_flags & _VARARGS)),
        "varkwargs": int(bool(code.co_flags & _VARKEYWORDS)),
    }
    found_globals = [name for name in globalnames if name in (globalsns or ())]
    found_builtins = [name for name in globalnames - set(found_globals) if name in (builtinsns or ())]
    unknown = len(set(code.co_names) - globalnames - attrnames)
    free = len(code.co_freevars)
    local = {
        "total": len(kinds) - free,
        "args": args,
        "numpure": count(lambda kind: kind & (_CELL | _FREE | is_arg) == 0),
        "cells": {"total": count(lambda kind: kind & _CELL != 0)},
        "hidden": {"total": count(lambda kind: kind & _HIDDEN != 0)},
    }
    local["cells"]["numargs"] = count(lambda kind: kind & _CELL != 0 and kind & is_arg != 0)
    local["cells"]["numothers"] = count(lambda kind: kind & _CELL != 0 and kind & is_arg == 0)
    local["hidden"]["numpure"] = count(lambda kind: kind & _HIDDEN != 0 and kind & _CELL == 0)
    local["hidden"]["numcells"] = count(lambda kind: kind & _HIDDEN != 0 and kind & _CELL != 0)
    unbound = {
        "total": len(globalnames) + len(attrnames) + unknown,
        "numattrs": len(attrnames),
        "numunknown": unknown,
        "globals": {
            "total": len(globalnames),
            "numglobal": len(found_globals),
            "numbuiltin": len(found_builtins),
            "numunknown": len(globalnames) - len(found_globals) - len(found_builtins),
        },
    }
    total = local["total"] + free + unbound["total"]
    return {"total": total, "locals": local, "numfree": free, "unbound": unbound}


def verify_stateless_code(code, /, globalnames=None, globalsns=None, builtinsns=None):
    """Raises ValueError for code that needs more than its arguments and builtins."""
    spaces = code is not _code_of(code, True) or globalsns is not None or builtinsns is not None
    counts = get_code_var_counts(code, globalnames, None, globalsns, builtinsns)
    if counts["numfree"]:
        raise ValueError("closures not supported")
    names = counts["unbound"]["globals"]
    if spaces and names["total"] > names["numbuiltin"]:
        raise ValueError("globals not supported")


class _Entries:
    """An iterator that knows how many entries there are."""

    def __init__(self, owner, view):
        self._owner, self._iterator, self._count = owner, iter(view), len(view)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._iterator)

    def __len__(self):
        return self._count


class hamt:
    """A mapping that never changes: here a dict that is copied."""

    __slots__ = ("_items", "__weakref__")
    __hash__ = None

    def __init__(self):
        self._items = {}

    def _with(self, items):
        new = hamt()
        new._items = items
        return new

    def set(self, key, value, /):
        if key in self._items and self._items[key] is value:
            return self
        return self._with(self._items | {key: value})

    def delete(self, key, /):
        if key not in self._items:
            return self
        items = self._items.copy()
        del items[key]
        return self._with(items)

    def get(self, key, default=None, /):
        return self._items.get(key, default)

    def items(self):
        return _Entries(self, self._items.items())

    def keys(self):
        return _Entries(self, self._items.keys())

    def values(self):
        return _Entries(self, self._items.values())

    def __getitem__(self, key, /):
        return self._items[key]

    def __contains__(self, key, /):
        return key in self._items

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def __eq__(self, other, /):
        return self._items == other._items if isinstance(other, hamt) else NotImplemented


def dict_getitem_knownhash(mapping, key, hash, /):
    if not isinstance(mapping, dict):
        raise SystemError("bad argument to internal function")
    return mapping[key]
