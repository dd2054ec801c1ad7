# Numbers and texts from odd arguments: which errors, in which words.
import sys


class Half:
    """A number of sorts: __int__ and nothing more."""

    def __int__(self):
        return 3


def attempt(source):
    try:
        print(source, "->", repr(eval(source)))
    except Exception as error:
        print(source, "!!", type(error).__name__, error)


for source in (
    "int('0', 2 ** 234)",
    "int('0', -(2 ** 70))",
    "int('12', 37)",
    "int('z', 36)",
    "int(1, 2, 3)",
    "str(1, 2, 3, 4)",
    "str(b'x', 'utf8', encoding='x')",
    "str(1, errors='x')",
    "'%c' % Half()",
    "b'%c' % Half()",
    "'%d' % Half()",
    "'%x' % Half()",
    "'%*d' % (-sys.maxsize - 1, 1)",
    "'%.*d' % (2 ** 31 - 1, 1)",
    "'%.*f' % (2 ** 31 - 1, 1)",
    "'%.*s' % (2 ** 31 - 1, 'text')",
    "complex('1', 1)",
    "complex(1, 2, 3)",
    "complex(1, real=1)",
    "bytearray(5).translate(None, None)",
):
    attempt(source)

import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(complex(1j), complex(real=1j), complex(real=1, imag=2j))
    print([str(warning.message) for warning in caught])


class MyBytes(bytes):
    pass


class Convertible:
    def __bytes__(self):
        return MyBytes(b"own")


print(type(bytes(Convertible())).__name__, type(bytearray(b"x") + bytes(Convertible())).__name__)

# What a bytearray is being filled with can be seen while it is filled; a failure leaves it empty.
target = bytearray()


def numbers(last):
    for number in range(3):
        print(list(target), end=" ")
        yield number
    yield last


target.__init__(numbers(9))
print(target)
