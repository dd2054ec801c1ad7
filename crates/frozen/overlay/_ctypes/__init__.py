"""What the package ctypes is made of: C's types as classes, on _taipan_foreign's memory and calls.

The native module knows bytes and addresses; the rules (which value fits which type, what keeps what alive, how
classes are laid out) are here.
"""
import _taipan_foreign as _foreign
from _ctypes._base import (
    ArgumentError, CArgObject as _CArgObject, CType_Type as _CType_Type, _CData, _unpickle, buffer_info, byref,
)
from _ctypes._fields import (
    CField, PyCStructType as _PyCStructType, Structure, Union, UnionType as _UnionType,
)
from _ctypes._functions import (
    CFuncPtr, CTYPES_MAX_ARGCOUNT, FUNCFLAG_CDECL, FUNCFLAG_PYTHONAPI, FUNCFLAG_USE_ERRNO, FUNCFLAG_USE_LASTERROR,
    PyCFuncPtrType as _PyCFuncPtrType, RTLD_GLOBAL, RTLD_LOCAL, _cast_addr, _memmove_addr, _memoryview_at_addr,
    _memset_addr, _string_at_addr, _wstring_at_addr, addressof, alignment, call_cdeclfunction, call_function, dlclose,
    dlopen, dlsym, resize, set_errno, sizeof,
)
from _ctypes._sequences import (
    Array, PyCArrayType as _PyCArrayType, PyCPointerType as _PyCPointerType, _Pointer,
)
from _ctypes._simple import (
    PyCSimpleType as _PyCSimpleType, PyObj_FromPtr, Py_DECREF, Py_INCREF, _SimpleCData,
)
from _taipan_foreign import get_errno

__version__ = "1.1.0"
SIZEOF_TIME_T = 8

for _class in (
    _CType_Type, _PyCSimpleType, _PyCStructType, _UnionType, _PyCArrayType, _PyCPointerType, _PyCFuncPtrType, _CData,
    _SimpleCData, Structure, Union, Array, _Pointer, CFuncPtr, CField, _CArgObject,
):
    _foreign.freeze(_class)
del _class
