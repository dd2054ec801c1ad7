"""A small stand-in for pyperf: enough of its interface to run pyperformance's benchmarks, and ours, on any interpreter.

It runs a benchmark's loops until a quarter of a second has gone by, a few times over, and prints the least time of one loop:

    NAME <tab> seconds <tab> 0.0123

pyperf itself starts worker processes, calibrates and analyses; `cargo xtask bench` does that part from outside, in turns
between the interpreters. STAND_IN_LOOPS=N runs exactly N loops once: what the instruction counts need.
"""

import argparse
import os
import sys
import time

perf_counter = time.perf_counter
VERSION = "2.9.0"

ROUNDS = 3
ENOUGH = float(os.environ.get("STAND_IN_SECONDS", "0.25"))
FIXED_LOOPS = int(os.environ.get("STAND_IN_LOOPS", "0"))


def python_implementation():
    return sys.implementation.name


def python_has_jit():
    return False


class Benchmark:
    """What a bench method returns; some benchmarks look whether it is None."""


class Runner:
    def __init__(self, *args, **options):
        self.metadata = {}
        self.argparser = argparse.ArgumentParser()
        self.args = None
        self.only = os.environ.get("STAND_IN_ONLY")

    def parse_args(self, args=None):
        if self.args is None:
            self.args, _ = self.argparser.parse_known_args(args)
            # What pyperf's own parser would have added, and some benchmarks read.
            for name, value in {"worker": True, "inherit_environ": [], "quiet": True}.items():
                if not hasattr(self.args, name):
                    setattr(self.args, name, value)
        return self.args

    def bench_time_func(self, name, time_func, *args, inner_loops=None, **options):
        self.parse_args()
        if FIXED_LOOPS:
            time_func(FIXED_LOOPS, *args)
            return Benchmark()
        loops, least = 1, None
        for _ in range(ROUNDS):
            while True:
                elapsed = time_func(loops, *args)
                one = elapsed / loops
                least = one if least is None else min(least, one)
                if elapsed >= ENOUGH:
                    break
                loops = max(loops + 1, min(loops * 10, int(ENOUGH * 1.1 / max(one, 1e-9)) + 1))
        print(name, "seconds", repr(least / (inner_loops or 1)), sep="\t", flush=True)
        return Benchmark()

    def bench_func(self, name, func, *args, **options):
        def time_func(loops):
            repeat = range(loops)
            start = perf_counter()
            for _ in repeat:
                func(*args)
            return perf_counter() - start

        return self.bench_time_func(name, time_func, **options)

    def bench_async_func(self, name, func, *args, loop_factory=None, **options):
        import asyncio

        async def repeat(loops):
            start = perf_counter()
            for _ in range(loops):
                await func(*args)
            return perf_counter() - start

        def time_func(loops):
            return asyncio.run(repeat(loops), loop_factory=loop_factory)

        return self.bench_time_func(name, time_func, **options)

    def bench_command(self, name, command):
        import subprocess

        return self.bench_func(name, lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))

    def timeit(self, name, stmt=None, setup="pass", teardown="pass", inner_loops=None, duplicate=None, globals=None):
        namespace = {} if globals is None else dict(globals)
        exec(compile(setup, "<setup>", "exec"), namespace)
        lines = "\n".join(["        " + line for line in (stmt or name).split("\n")])
        source = f"def time_func(loops):\n    start = clock()\n    for _ in range(loops):\n{lines}\n    return clock() - start\n"
        namespace["clock"] = perf_counter
        exec(compile(source, "<timeit>", "exec"), namespace)
        return self.bench_time_func(name, namespace["time_func"], inner_loops=inner_loops)


def report(name, unit, value):
    """Not of pyperf: a benchmark that measures something other than time says so."""
    print(name, unit, repr(value), sep="\t", flush=True)
