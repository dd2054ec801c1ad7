"""Generators: laziness, send, throw, close, return values, state."""
def count(n):
    print("start")
    for i in range(n):
        got = yield i
        print("got", got)
    return "the end"
g = count(2)
print(next(g))
print(g.send("a"))
try:
    g.send("b")
except StopIteration as stop:
    print("stop", stop.value)
print(list(g), next(g, "default"))
def catcher():
    while True:
        try:
            yield "ready"
        except ValueError as error:
            yield f"caught {error}"
        finally:
            print("finally")
c = catcher()
print(next(c), c.throw(ValueError("x")), next(c))
c.close()
c.close()
def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
s = stubborn(); next(s)
try:
    s.close()
except RuntimeError as error:
    print(error)
def returns_on_close():
    try:
        yield
    except GeneratorExit:
        return 99
r = returns_on_close(); next(r); print(r.close())
fresh = count(1)
try:
    fresh.send(5)
except TypeError as error:
    print(error)
try:
    fresh.throw(KeyError("before start"))
except KeyError as error:
    print("thrown", error)
def reenter():
    yield next(me)
me = reenter()
try:
    next(me)
except ValueError as error:
    print(error)
def stops():
    yield 1
    raise StopIteration(5)
try:
    list(stops())
except RuntimeError as error:
    print(error, repr(error.__cause__))
import inspect
i = count(1)
print(inspect.getgeneratorstate(i)); next(i); print(inspect.getgeneratorstate(i), i.gi_running, i.gi_frame.f_lineno > 0, i.gi_code.co_name)
i.close(); print(inspect.getgeneratorstate(i), i.gi_frame)
