"""What `ctypes.pythonapi` has: exceptions for other threads, values kept with code objects."""
import ctypes

api = ctypes.pythonapi
FREE = ctypes.CFUNCTYPE(None, ctypes.c_voidp)
freed = []
free = FREE(freed.append)
request, store, fetch = api.PyUnstable_Eval_RequestCodeExtraIndex, api.PyUnstable_Code_SetExtra, api.PyUnstable_Code_GetExtra
request.argtypes, request.restype = (FREE,), ctypes.c_ssize_t
store.argtypes, store.restype = (ctypes.py_object, ctypes.c_ssize_t, ctypes.c_voidp), ctypes.c_int
fetch.argtypes, fetch.restype = (ctypes.py_object, ctypes.c_ssize_t, ctypes.POINTER(ctypes.c_voidp)), ctypes.c_int

index = request(free)
scope = {}
exec("def function(): pass", scope)
code = scope["function"].__code__
found = ctypes.c_voidp()
print(store(code, index, ctypes.c_voidp(500)), fetch(code, index, found), found.value)
try:
    store(42, index, ctypes.c_voidp(1))
except SystemError as error:
    print(type(error).__name__)
scope.clear()
del code
print(freed)
print(api.PyThreadState_SetAsyncExc(ctypes.c_ulong(0), ctypes.py_object(KeyError)))
