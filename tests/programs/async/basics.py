"""Coroutines without an event loop: send, await, close, errors."""
async def simple(): return 5
c = simple()
try:
    c.send(None)
except StopIteration as stop:
    print(stop.value)
class Awaitable:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return f"got {got}"
async def worker():
    a = await Awaitable(1)
    b = await Awaitable(2)
    return a, b
w = worker()
print(w.send(None), w.send("x"))
try:
    w.send("y")
except StopIteration as stop:
    print(stop.value)
try:
    w.send(None)
except RuntimeError as error:
    print(error)
async def catches():
    try:
        await Awaitable("wait")
    except ValueError as error:
        return f"caught {error}"
    finally:
        print("cleanup")
k = catches(); k.send(None)
try:
    k.throw(ValueError("v"))
except StopIteration as stop:
    print(stop.value)
k = catches(); k.send(None); k.close()
async def bad(): await 5
try:
    bad().send(None)
except TypeError as error:
    print(error)
class NotIter:
    def __await__(self): return 5
async def bad2(): await NotIter()
try:
    bad2().send(None)
except TypeError as error:
    print(error)
import types
@types.coroutine
def old_style(): return (yield "yielded")
async def uses_old(): return await old_style()
u = uses_old(); print(u.send(None))
try:
    u.send("val")
except StopIteration as stop:
    print(stop.value)
print(type(c).__name__, c.cr_code.co_name, c.cr_frame, c.cr_running, c.cr_await, simple.__code__.co_flags & 0x80 != 0)
for text in ("async def f(): yield from []", "def f(): await x", "async def f(): [await x for x in y]", "async with a: pass", "def f():\n async for x in y: pass", "async def f(): return 1; yield", "async def f():\n yield 1\n return 2"):
    try:
        compile(text, "f", "exec"); print("fine", repr(text))
    except SyntaxError as error:
        print(error.msg)
