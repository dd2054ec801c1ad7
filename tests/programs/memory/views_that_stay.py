# Memory that is in use does not go away: views, buffers, patterns, formatting.
import gc
import pickle
import re
import weakref


def attempt(action, *args):
    try:
        print(action(*args))
    except Exception as error:
        print(type(error).__name__, error)


class Releasing:
    def __init__(self, view):
        self.view = view

    def __index__(self):
        self.view.release()
        return 2


view = memoryview(bytearray(b"abcdef"))
print(bytes(view[: Releasing(view)]))
view = memoryview(bytearray(b"abcdef"))
attempt(view.__getitem__, Releasing(view))
view = memoryview(bytearray(b"abcdef"))
attempt(view.__setitem__, Releasing(view), 1)


class Separator(bytes):
    def __len__(self):
        view.release()
        return 1


view = memoryview(b"abc")
attempt(view.hex, Separator(b":"))


class Shown:
    def __repr__(self):
        template.clear()
        return "shown"


template = bytearray(b"%a end")
attempt(template.__mod__, Shown())

data = bytearray(b"x")
found = re.finditer(b"a", data)
attempt(data.extend, b"more")
print(list(found))
del found
data.extend(b"more")
print(data)


class Base(bytearray):
    def __buffer__(self, flags):
        return super().__buffer__(flags)


print(bytes(memoryview(Base(b"hello"))))


class Owner:
    pass


# The collector sees through views.
class Source(bytearray):
    pass


source = Source(b"abc")
owner = Owner()
source.view, source.owner = memoryview(source), owner
alive = weakref.ref(owner)
del source, owner
gc.collect()
print(alive())


# A buffer that its callback releases is written all the same.
class Answer:
    def __bool__(self):
        buffer.release()
        return True


buffer = pickle.PickleBuffer(bytearray(b"contents"))
print(b"contents" in pickle.dumps(buffer, 5, buffer_callback=lambda _: Answer()))
