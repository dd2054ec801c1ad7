"""Exceptions that other threads raise in a running one: in loops, in `finally`, in generators, in waits, over and over."""
import itertools
import threading
import time

try:
    import ctypes

    def raise_in(ident, exception):
        return ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(ident), ctypes.py_object(exception) if exception is not None else None)
except ImportError:
    from _testcapi import set_async_exc as raise_in


class Stop(Exception):
    pass


def interrupt(body, times=1, exception=Stop):
    """Runs `body` in a thread and raises in it until it has ended."""
    ended, ready = [], threading.Event()

    def run():
        ready.set()
        try:
            ended.append(body())
        except Stop as error:
            ended.append(type(error).__name__)

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    time.sleep(0.02)
    for _ in range(times):
        raise_in(thread.ident, exception)
        time.sleep(0.002)
    while thread.is_alive():
        raise_in(thread.ident, exception)
        thread.join(0.01)
    return ended[0] if ended else None


def loop():
    while True:
        pass


def loop_in_for():
    for _ in itertools.count():
        pass


def caught():
    seen = 0
    while seen < 5:
        try:
            while True:
                pass
        except Stop:
            seen += 1
    return seen


def cleanup():
    trace = []
    try:
        try:
            while True:
                pass
        finally:
            trace.append("finally")
    except Stop:
        trace.append("except")
    return trace


def generators():
    def numbers():
        try:
            while True:
                yield 1
        finally:
            closed.append(True)

    closed = []
    try:
        for _ in numbers():
            pass
    except Stop:
        pass
    return bool(closed)


def recursion():
    def down(n):
        return down(n - 1) if n else 0

    while True:
        down(50)


def sorting():
    while True:
        sorted(range(100), key=lambda x: -x)


def managers():
    class Manager:
        def __enter__(self): return self
        def __exit__(self, *exc): seen.add(exc[0])

    seen = set()
    try:
        while True:
            with Manager():
                for _ in range(100):
                    pass
    except Stop:
        return seen <= {None, Stop}


print(interrupt(loop), interrupt(loop_in_for), interrupt(recursion), interrupt(sorting))
print(interrupt(caught), interrupt(cleanup), interrupt(generators), interrupt(managers))
print(raise_in(2**40 + 1, Stop))

# One that is taken back is not raised; one for a thread that waits is raised when the wait is over.
gate, outcome = threading.Event(), []


def waits():
    try:
        gate.wait()
        for _ in range(1000):
            pass
        outcome.append("not raised")
    except Stop:
        outcome.append("raised")


thread = threading.Thread(target=waits)
thread.start()
time.sleep(0.05)
print(raise_in(thread.ident, Stop), raise_in(thread.ident, None))
gate.set()
thread.join()
gate.clear()
thread = threading.Thread(target=waits)
thread.start()
time.sleep(0.05)
raise_in(thread.ident, Stop)
gate.set()
thread.join()
print(outcome)

# What is no exception is an error in the thread that would raise it.
outcome.clear()


def odd():
    try:
        while True:
            pass
    except BaseException as error:
        outcome.append(type(error).__name__)


thread = threading.Thread(target=odd)
thread.start()
time.sleep(0.02)
raise_in(thread.ident, KeyboardInterrupt)
thread.join()
print(outcome)
