"""Resident memory, in MiB: how much big containers take, each measured in this process before and after."""

import pyperf


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


COUNT = 500_000
KINDS = {
    "integers": lambda: list(range(2**40, 2**40 + COUNT)),
    "floats": lambda: [n / 3 for n in range(COUNT)],
    "instances": lambda: [Point(n, n) for n in range(COUNT)],
    "tuples": lambda: [(n, n + 1) for n in range(COUNT)],
    "dict": lambda: {n: n for n in range(COUNT)},
    "set": lambda: set(range(COUNT)),
    "strings": lambda: [f"string {n}" for n in range(COUNT)],
    "small_dicts": lambda: [{"a": n, "b": n} for n in range(COUNT // 5)],
    "small_lists": lambda: [[n] for n in range(COUNT)],
}

if __name__ == "__main__":
    kept = []
    pyperf.report("memory_at_start", "MiB", resident())
    for name, make in KINDS.items():
        before = resident()
        kept.append(make())
        pyperf.report("memory_" + name, "MiB", max(resident() - before, 0.1))
