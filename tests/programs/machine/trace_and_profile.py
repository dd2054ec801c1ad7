"""sys.settrace and sys.setprofile: which events come for which lines, and what the functions may do."""
import sys

def inner(x):
    if x:
        raise KeyError(x)
    return x

def gen():
    yield 1
    yield 2

def outer():
    a = 1
    for i in range(2):
        a += i
    try:
        inner(0)
        inner(1)
    except KeyError:
        a = [n for n in gen()]
    with open(__file__):
        pass
    while a: a.pop()
    return len(a)

events = []
def tracer(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        shown = arg[0].__name__ if event == "exception" else arg
        events.append((frame.f_code.co_name, event, frame.f_lineno, shown))
        return tracer
def run(setter, function):
    events.clear()
    setter(function)
    outer()
    setter(None)
    for event in events:
        print(*event)
    print()
run(sys.settrace, tracer)
def profiler(frame, event, arg):
    if frame.f_code.co_filename == __file__ and frame.f_code.co_name != "run":
        events.append((frame.f_code.co_name, event, getattr(arg, "__name__", arg)))
run(sys.setprofile, profiler)

def failing(frame, event, arg):
    if event == "line":
        raise RuntimeError("from the tracer")
    return failing
sys.settrace(failing)
try:
    inner(0)
except RuntimeError as error:
    print(error, sys.gettrace())

def jumps():
    out = []
    out.append(1)
    out.append(2)
    out.append(3)
    for i in (1, 2):
        out.append(i)
    try:
        out.append(4)
    finally:
        out.append(5)
    return out
first = jumps.__code__.co_firstlineno
def jumper(start, target):
    done = False
    def trace(frame, event, arg):
        nonlocal done
        if frame.f_code is jumps.__code__ and event == "line" and frame.f_lineno == first + start and not done:
            done = True
            try:
                frame.f_lineno = first + target
            except ValueError as error:
                print("no:", error)
        return trace
    return trace
import warnings
warnings.simplefilter("ignore")
for start, target in ((2, 4), (3, 5), (5, 7), (2, 6), (6, 2), (3, 50), (3, -40), (2, 8), (8, 10), (4, 10)):
    sys.settrace(jumper(start, target))
    result = jumps()
    sys.settrace(None)
    print(start, target, result)
try:
    sys._getframe().f_lineno = 5
except ValueError as error:
    print(error)
