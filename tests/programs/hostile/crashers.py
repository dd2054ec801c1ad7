"""What CPython's own suite keeps as programs that crash or hang an interpreter: here each ends, in an exception or a result."""
import collections
import gc
import re
import signal
import sys
import weakref


def attempt(name, call):
    try:
        result = call()
    except BaseException as error:
        print(f"{name}: {type(error).__name__}")
    else:
        print(f"{name}: {result!r}")


def empty_code():
    def function():
        pass
    function.__code__ = function.__code__.replace(co_code=b"")
    return function()


def tuple_in_the_making():
    seen = []

    def items():
        marker = object()
        yield marker
        for found in gc.get_referrers(marker):
            if type(found) is tuple:
                seen.append(repr(found))
        yield 2
    made = tuple(items())
    return len(made), len(seen)


class Late(Exception):
    pass


def late(*args):
    raise Late


def endless_expression():
    # A match that backtracks for ever can be interrupted.
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        return re.match(r"(([a-z]+)*(-[a-z]+)*)*!", "a" * 60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def list_emptied_by_a_callback():
    class Node:
        pass
    kept, lengths = [], set()
    for number in range(300):
        victim = [str(number)] * 20
        node = Node()
        node.itself = node
        kept.append(weakref.ref(node, lambda _: victim.clear()))
        del node
        for _ in range(40):
            lengths.add(len(victim[:]))
            kept.append([victim + victim, sorted(victim), victim * 2])
        if number % 50 == 0:
            gc.collect()
            kept.clear()
    return lengths <= {0, 20}


def deep_call():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1 << 30)
    try:
        (lambda function: function(function, []))(lambda function, items: function(function, [items]))
    finally:
        sys.setrecursionlimit(before)


def deep_native_call():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1 << 30)

    class Deep:
        def __repr__(self):
            return repr([self])
    try:
        repr(Deep())
    finally:
        sys.setrecursionlimit(before)


def trace_at_the_limit():
    def other():
        pass

    def tracer(*args):
        try:
            other()
        except RecursionError:
            pass
        return tracer

    def down():
        down()
    sys.settrace(tracer)
    try:
        down()
    finally:
        sys.settrace(None)


def namespace_from_behind():
    thing = object()

    class Class:
        def method(self):
            return 1
        x = thing
    instance = Class()
    for _ in range(100):
        instance.method()
    for found in gc.get_referrers(thing):
        if isinstance(found, dict) and "method" in found:
            found["method"] = lambda self: 2
    return instance.method() in (1, 2)


class Trap:
    def __init__(self, does):
        self.does = does

    def __eq__(self, other):
        self.does()
        return False

    def __hash__(self):
        return 7


def ordered_dict_cleared_by_a_key():
    for call in ("pop", "__delitem__", "move_to_end", "setdefault", "__contains__", "__setitem__"):
        table = collections.OrderedDict()
        table[Trap(table.clear)] = 1
        table.update({1: 2, 2: 3})
        try:
            getattr(table, call)(Trap(int), *[0] * (call == "__setitem__"))
        except KeyError:
            pass
        table[3] = 4
        if list(table) != list(reversed(list(reversed(table)))):
            return call


attempt("an ordered dict cleared by a key", ordered_dict_cleared_by_a_key)
attempt("code without instructions", empty_code)
attempt("a tuple in the making", tuple_in_the_making)
attempt("an endless expression", endless_expression)
attempt("a list emptied by a callback", list_emptied_by_a_callback)
attempt("calls without limit", deep_call)
attempt("native calls without limit", deep_native_call)
attempt("tracing at the limit", trace_at_the_limit)
attempt("a namespace from behind", namespace_from_behind)
