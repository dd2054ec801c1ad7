"""Dicts, sets, lists, tuples: building, reading, iterating, sorting, comprehensions."""

import pyperf

N = 5_000
WORDS = [f"word{n * 7919 % 10007}" for n in range(N)]
NUMBERS = [n * 7919 % 10007 for n in range(N)]


def dict_of_strings():
    counts = {}
    for word in WORDS:
        counts[word] = counts.get(word, 0) + 1
    return counts


def dict_of_integers():
    table = {}
    for n in NUMBERS:
        table[n] = n
    return sum([table[n] for n in NUMBERS])


def dict_iteration():
    table = dict.fromkeys(NUMBERS, 1)
    total = 0
    for key, value in table.items():
        total += key + value
    return total


def set_operations():
    a, b = set(NUMBERS), set(range(N))
    return len(a & b) + len(a | b) + len(a - b) + sum(n in a for n in range(N))


def list_append_index():
    items = []
    for n in NUMBERS:
        items.append(n)
    for n in range(len(items)):
        items[n] = items[n] + 1
    return items


def list_comprehensions():
    return [n * n for n in NUMBERS if n & 1], {n: n for n in NUMBERS}, {n % 100 for n in NUMBERS}


def list_sort():
    return sorted(NUMBERS), sorted(WORDS), sorted(NUMBERS, key=lambda n: -n)


def tuple_unpacking():
    total = 0
    for a, b in zip(NUMBERS, NUMBERS):
        x, (y, z) = a, (b, a)
        total += x + y + z
    return total


def slicing():
    for n in range(0, N, 5):
        NUMBERS[n : n + 10]
        NUMBERS[-1]


KINDS = [
    dict_of_strings,
    dict_of_integers,
    dict_iteration,
    set_operations,
    list_append_index,
    list_comprehensions,
    list_sort,
    tuple_unpacking,
    slicing,
]

if __name__ == "__main__":
    runner = pyperf.Runner()
    for kind in KINDS:
        runner.bench_func("containers_" + kind.__name__, kind)
