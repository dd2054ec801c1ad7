"""What an exception that is raised again, thrown or left by a cleanup says of its place and its context."""
import sys
import warnings


def lines(function):
    try:
        function()
    except Exception as error:
        found, entry = [], error.__traceback__.tb_next
        while entry:
            found.append((entry.tb_lineno - entry.tb_frame.f_code.co_firstlineno, entry.tb_frame.f_lineno - entry.tb_frame.f_code.co_firstlineno))
            entry = entry.tb_next
        print(function.__name__, found, error.__context__)


def other_handler():
    try:
        1 / 0
    except TypeError as error:
        pass


def named_handler():
    try:
        raise ValueError("first")
    except ValueError as error:
        1 / 0


def cleanup():
    try:
        1 / 0
    finally:
        pass


class Manager:
    def __enter__(self): return self
    def __exit__(self, *info): return False


def managed():
    with Manager():
        1 / 0


for function in (other_handler, named_handler, cleanup, managed):
    lines(function)


def inner():
    yield


def outer():
    try:
        raise KeyError("handled")
    except KeyError:
        yield from inner()


generator = outer()
next(generator)
try:
    generator.throw(ValueError("thrown"))
except ValueError as error:
    print(repr(error), repr(error.__context__))


# An AttributeError learns what was asked for, of whom; one that knows keeps it.
class Hooked:
    def __getattr__(self, name):
        raise AttributeError("no") if name == "plain" else AttributeError("no", name="other", obj=1)

    @property
    def broken(self):
        raise AttributeError


hooked = Hooked()
for ask in (lambda: hooked.plain, lambda: hooked.broken, lambda: hooked.named, lambda: getattr(hooked, "plain")):
    try:
        ask()
    except AttributeError as error:
        print(error.name, error.obj is hooked)


def unbound():
    print(value)
    value = 1


try:
    unbound()
except UnboundLocalError as error:
    print(error.name, error)

for source in ("fur a in b: pass", "x = ("):
    try:
        compile(source, "f", "exec")
    except SyntaxError as error:
        print(error.msg, error._metadata)

group = ExceptionGroup("several", MakesList := type("MakesList", (list,), {"__repr__": lambda self: "MakesList!"})([OSError(1)]))
print(repr(group))
for name in ("message", "exceptions"):
    try:
        setattr(group, name, None)
    except AttributeError as error:
        print(error)

try:
    sys.exit((42,))
except SystemExit as error:
    print(error.code)


async def coroutine(): pass


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    waiting = coroutine()
    waiting.cr_frame.clear()
    print([str(warning.message) for warning in caught])
    waiting.close()
