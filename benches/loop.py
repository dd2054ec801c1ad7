"""The evaluation loop itself: small ints and floats in locals, comparisons, jumps."""

import pyperf


def integers(loops):
    start = pyperf.perf_counter()
    for _ in range(loops):
        total, n = 0, 0
        while n < 20_000:
            if n & 3:
                total += n
            else:
                total -= 1
            n += 1
    return pyperf.perf_counter() - start


def floats(loops):
    start = pyperf.perf_counter()
    for _ in range(loops):
        x, y = 0.5, 1.0
        for _ in range(20_000):
            x = x * 0.999 + y
            y = y - x * 0.001
    return pyperf.perf_counter() - start


def nested_ranges(loops):
    start = pyperf.perf_counter()
    for _ in range(loops):
        count = 0
        for i in range(140):
            for j in range(140):
                if i != j:
                    count += 1
    return pyperf.perf_counter() - start


def big_integers(loops):
    start = pyperf.perf_counter()
    for _ in range(loops):
        a, b = 0, 1
        for _ in range(2_000):
            a, b = b, a + b
        str(b)
    return pyperf.perf_counter() - start


if __name__ == "__main__":
    runner = pyperf.Runner()
    runner.bench_time_func("loop_integers", integers)
    runner.bench_time_func("loop_floats", floats)
    runner.bench_time_func("loop_nested_ranges", nested_ranges)
    runner.bench_time_func("loop_big_integers", big_integers)
