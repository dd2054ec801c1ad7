"""Calls of every kind: plain, keyword, variadic, closures, methods, built-in functions, generators, exceptions."""

import pyperf

N = 10_000


def nothing():
    pass


def three(a, b, c=3):
    return a


def variadic(*args, **kwargs):
    return args


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Counter:
    def __init__(self, n):
        self.n = n

    def step(self):
        return self.n

    def __call__(self):
        return self.n

    def __add__(self, other):
        return self


def recursion(count):
    fib(18)


def plain(count):
    for _ in range(count):
        nothing()


def keywords(count):
    for _ in range(count):
        three(1, c=2, b=3)


def variadics(count):
    for _ in range(count):
        variadic(1, 2, x=3)


def closures(count):
    def make(n):
        return lambda x: x + n

    for _ in range(count):
        make(1)(2)


def methods(count):
    counter = Counter(1)
    for _ in range(count):
        counter.step()


def constructors(count):
    for _ in range(count):
        Counter(1)


def operators(count):
    counter = Counter(1)
    for _ in range(count):
        counter = counter + 1


def builtins(count):
    items = [1, 2, 3]
    for _ in range(count):
        len(items)
        abs(-1)
        isinstance(items, list)


def generators(count):
    def numbers():
        for n in range(count):
            yield n

    sum(numbers())


def exceptions(count):
    for _ in range(count // 4):
        try:
            raise ValueError("x")
        except ValueError:
            pass


KINDS = [recursion, plain, keywords, variadics, closures, methods, constructors, operators, builtins, generators, exceptions]


def timed(loops, kind):
    start = pyperf.perf_counter()
    for _ in range(loops):
        kind(N)
    return pyperf.perf_counter() - start


if __name__ == "__main__":
    runner = pyperf.Runner()
    for kind in KINDS:
        runner.bench_time_func("calls_" + kind.__name__, timed, kind)
