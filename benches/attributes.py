"""Attribute access: instance, class, slots, property, method, module, polymorphic and missing."""

import math

import pyperf

N = 10_000


class Plain:
    shared = 5

    def __init__(self, x):
        self.x = x
        self.y = 2

    @property
    def double(self):
        return self.x * 2


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x):
        self.x = x
        self.y = 2


class Derived(Plain):
    pass


def read(count):
    item = Plain(1)
    for _ in range(count):
        item.x
        item.y


def write(count):
    item = Plain(1)
    for n in range(count):
        item.x = n


def slots(count):
    item = Slotted(1)
    for n in range(count):
        item.x = item.y


def on_class(count):
    item = Derived(1)
    for _ in range(count):
        item.shared
        Derived.shared


def properties(count):
    item = Plain(1)
    for _ in range(count):
        item.double


def polymorphic(count):
    items = [Plain(1), Slotted(2), Derived(3), Plain(4)]
    for _ in range(count // 4):
        for item in items:
            item.x


def module(count):
    for _ in range(count):
        math.pi


def missing(count):
    item = Plain(1)
    for _ in range(count // 4):
        getattr(item, "nothing", None)


KINDS = [read, write, slots, on_class, properties, polymorphic, module, missing]


def timed(loops, kind):
    start = pyperf.perf_counter()
    for _ in range(loops):
        kind(N)
    return pyperf.perf_counter() - start


if __name__ == "__main__":
    runner = pyperf.Runner()
    for kind in KINDS:
        runner.bench_time_func("attributes_" + kind.__name__, timed, kind)
