"""What CPython's own tests ask of its extension module of this name, as far as it can be said in Python: see _testcapi."""


def _py_getbuiltwithassert():
    return False


def call_vectorcall(callable, /):
    return callable("foo", baz="bar")


def call_vectorcall_method(object, /):
    return object.f("foo", baz="bar")


class LimitedVectorCallClass:
    def __call__(self, *arguments, **keywords):
        return "vectorcall called"


class LimitedRelativeVectorCallClass(LimitedVectorCallClass):
    pass


def sequence_getitem(sequence, index, /):
    return sequence[index]


def sequence_setitem(sequence, index, value, /):
    sequence[index] = value


def sequence_delitem(sequence, index, /):
    del sequence[index]


def object_hasattrstring(object, name, /):
    try:
        return int(hasattr(object, name.decode()))
    except Exception:
        return 0


def object_hasattr(object, name, /):
    try:
        return int(hasattr(object, name))
    except Exception:
        return 0


def object_getattrstring(object, name, /):
    return getattr(object, name.decode())


def object_setattrstring(object, name, value, /):
    setattr(object, name.decode(), value)


def _py_getbuiltwithassert():
    """Whether C's assertions are compiled in: there are none."""
    return 0
