"""What a Python program sees of the extension module by which CPython's own tests learn whether modules written in C work.

Many of those tests only import it on their way. Here it is written in Python, for modules written in C cannot be loaded.
"""
# Ours: there is no such module in the library.

int_const = 1969
str_const = "something different"


class error(Exception):
    pass


error.__module__ = "_testimportexec"


class Example:
    """A class with a method."""

    __module__ = "_testimportexec"

    def demo(self, value=None, /):
        """demo() -> None or the string that was given"""
        if isinstance(value, str):
            return value
        return None


class Str(str):
    __module__ = "_testimportexec"


def foo(i, j, /):
    """foo(i,j)

    Return the sum of i and j."""
    return i + j


def call_state_registration_func(mode, /):
    """register_state(0): call PyState_FindModule()..."""
    raise SystemError("state registration is for modules written in C")
