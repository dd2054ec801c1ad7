# Pickles: names with dots, frames, numbers as text, picklers that are busy.
import io
import pickle
import sys


class Outer:
    class Middle:
        class Inner:
            pass


for protocol in range(5):
    print(pickle.dumps(Outer.Middle.Inner, protocol))
    assert pickle.loads(pickle.dumps(Outer.Middle.Inner, protocol)) is Outer.Middle.Inner


class Loop:
    pass


Loop.self = Loop
Loop.__qualname__ = "Loop.self"
print([pickle.loads(pickle.dumps(Loop, protocol)) is Loop for protocol in range(6)])

for data in (b"I010\n.", b"I-0010\n.", b"L010L\n.", b"I0b10\n.", b"L0x10L\n.", b"I01\n.", b"F1.5\n.", b"F1_0\n.",
             b"\x80\x04\x95\x06" + bytes(7) + b"Vhelloworld\n.",
             b"\x80\x04\x95\x0c" + bytes(7) + b"N\x95" + bytes(8) + b"NN.",
             b"\x80\x04\x95\x0a" + bytes(7) + b"N\x95" + bytes(8) + b"N."):
    for load in (pickle.loads, lambda data: pickle.load(io.BytesIO(data))):
        try:
            print(data, load(data))
        except Exception as error:
            print(data, type(error).__name__, error)

unpickler = pickle.Unpickler(io.BytesIO(b"\x80\x04N."))
unpickler.load()
for name in ("log.spam", "spam"):
    try:
        unpickler.find_class("math", name)
    except AttributeError as error:
        print(error, "|", error.__context__)


class Named:
    def __init__(self, name, module):
        self.name, self.__module__ = name, module

    def __reduce__(self):
        return self.name

    def __repr__(self):
        return "<named>"


for name in ("non\udbff", "nonascii\xff"):
    globals()[name] = named = Named(name, "__main__")
    for protocol in (2, 3):
        try:
            print(pickle.dumps(named, protocol))
        except pickle.PicklingError as error:
            print(ascii(str(error)), type(error.__context__).__name__)
for module in ("", "no_such_module", "math"):
    try:
        pickle.dumps(Named("spam", module), 4)
    except pickle.PicklingError as error:
        print(error, "|", error.__context__)


class Busy:
    def __reduce__(self):
        for action in (lambda: pickler.dump(1), lambda: pickler.__init__(io.BytesIO())):
            try:
                action()
            except RuntimeError as error:
                print(error)
        return list, ()


pickler = pickle.Pickler(io.BytesIO())
pickler.dump(Busy())
