# Error handlers: what they accept, what they may answer, and where decoding goes on.
import codecs


def attempt(action, *args):
    try:
        print(ascii(action(*args)))
    except Exception as error:
        print(type(error).__name__, ascii(str(error)))


class Odd(UnicodeEncodeError):
    def __init__(self):
        super().__init__("ascii", "", 0, 1, "odd")
        self.object = []


for handler in (codecs.ignore_errors, codecs.replace_errors, codecs.backslashreplace_errors):
    try:
        handler(Odd())
    except TypeError as error:
        print(handler.__name__, error)

# A replacement for UTF-8 must be ASCII or bytes; one-byte encodings encode it themselves.
codecs.register_error("test.snake", lambda error: ("\U0001f40d", error.end))
codecs.register_error("test.half", lambda error: ("½", error.end))
codecs.register_error("test.bytes", lambda error: (b"<>", error.end))
for encoding in ("utf-8", "utf-16", "utf-32-le"):
    attempt("[\udc80]".encode, encoding, "test.snake")
attempt("[€]".encode, "latin-1", "test.half")
attempt("[\udc80]".encode, "utf-8", "test.bytes")

# "surrogatepass" knows complete names only.
passing = codecs.lookup_error("surrogatepass")
for name in ("utf-16-le", "utf_16be", "utf-16-", "utf-32", "utf-8", "latin-1"):
    error = UnicodeEncodeError(name, "\ud800", 0, 1, "lone")
    try:
        print(name, passing(error))
    except UnicodeEncodeError as raised:
        print(name, "raised", raised is error)

# A handler may put another input in the place of the rest.
def change(error):
    error.object = b"\\" + error.object[error.end:]
    return ("\u0404", 0)


codecs.register_error("test.change", change)
attempt(codecs.unicode_escape_decode, rb"\x0n!", "test.change")

# Only spaces between fields are skipped, when they are to be skipped.
import csv

for skip in (False, True):
    print(list(csv.reader(["a   b", "  a  ", "  ", ""], delimiter=" ", skipinitialspace=skip)))


class Again:
    def __init__(self):
        self.count = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.count += 1
        if self.count == 1:
            print("inner", next(reader))
        return "a,b"


reader = csv.reader(Again())
try:
    next(reader)
except csv.Error as error:
    print(error)
