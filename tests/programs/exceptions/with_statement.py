"""Context managers: order, suppression, exceptions in enter and exit."""
class CM:
    def __init__(self, name, suppress=False): self.name, self.suppress = name, suppress
    def __enter__(self): print("enter", self.name); return self.name
    def __exit__(self, kind, value, trace):
        print("exit", self.name, kind and kind.__name__, value)
        return self.suppress
with CM("a") as a, CM("b") as b:
    print(a, b)
with (CM("c") as c, CM("d", True)):
    raise ValueError("suppressed")
try:
    with CM("e"):
        raise KeyError("through")
except KeyError as error:
    print("outside", error)
def early():
    with CM("f"):
        return "returned"
print(early())
for i in range(2):
    with CM(i):
        if i == 0: continue
        break
class BadEnter(CM):
    def __enter__(self): raise RuntimeError("enter failed")
try:
    with CM("g"), BadEnter("h"):
        print("never")
except RuntimeError as error:
    print(error)
class BadExit(CM):
    def __exit__(self, *args): raise OSError("exit failed")
try:
    with BadExit("i"):
        raise ValueError("original")
except OSError as error:
    print(error, repr(error.__context__))
for bad in (5, type("NoExit", (), {"__enter__": lambda self: 0})()):
    try:
        with bad: pass
    except TypeError as error:
        print(error)
with CM("t") as (x): print(x)
class Pair(CM):
    def __enter__(self): return 1, [2, 3]
with Pair("u") as (p, [q, *r]): print(p, q, r)
from contextlib import contextmanager, suppress, ExitStack, closing, nullcontext, redirect_stdout
@contextmanager
def managed(n):
    print("setup", n)
    try:
        yield n * 2
    except ValueError as error:
        print("managed caught", error)
    finally:
        print("teardown", n)
with managed(1) as v: print(v)
with managed(2): raise ValueError("into generator")
with suppress(ZeroDivisionError): 1 / 0
with ExitStack() as stack:
    for i in range(2): stack.enter_context(managed(i))
    stack.callback(print, "callback")
with nullcontext(5) as n: print(n)
import io
with redirect_stdout(io.StringIO()) as out: print("captured")
print(repr(out.getvalue()))
