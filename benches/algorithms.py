"""Small whole programs, each its own mixture of the language: search, simulation, numbers, parsing, trees, matrices."""

import collections
import heapq
import math

import pyperf


def queens(n=6):
    def place(row, columns, up, down):
        if row == n:
            yield columns
            return
        for column in range(n):
            if column not in columns and row + column not in up and row - column not in down:
                yield from place(row + 1, columns + (column,), up | {row + column}, down | {row - column})

    return sum(1 for _ in place(0, (), frozenset(), frozenset()))


def sieve(limit=3_000):
    flags = bytearray([1]) * (limit + 1)
    for n in range(2, math.isqrt(limit) + 1):
        if flags[n]:
            flags[n * n :: n] = bytes(len(range(n * n, limit + 1, n)))
    return [n for n in range(2, limit + 1) if flags[n]]


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z


def orbits(steps=60):
    places = [Vector(math.cos(n), math.sin(n), n / 5) for n in range(5)]
    speeds = [Vector(0.0, 0.1, 0.0) for _ in places]
    for _ in range(steps):
        for i, place in enumerate(places):
            for j, other in enumerate(places):
                if i != j:
                    away = other + place * -1.0
                    speeds[i] = speeds[i] + away * (0.001 / (away.dot(away) + 0.01) ** 1.5)
        for i, speed in enumerate(speeds):
            places[i] = places[i] + speed * 0.01
    return places


def shortest_paths(width=18):
    costs = {(x, y): (x * 7 + y * 13) % 9 + 1 for x in range(width) for y in range(width)}
    best, queue = {(0, 0): 0}, [(0, (0, 0))]
    while queue:
        cost, (x, y) = heapq.heappop(queue)
        if cost > best[x, y]:
            continue
        for step in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if step in costs and cost + costs[step] < best.get(step, math.inf):
                best[step] = cost + costs[step]
                heapq.heappush(queue, (best[step], step))
    return best[width - 1, width - 1]


def life(generations=4):
    cells = {(x, y) for x in range(14) for y in range(14) if (x * y + x) % 3 == 0}
    for _ in range(generations):
        counts = collections.Counter((x + dx, y + dy) for x, y in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
        cells = {cell for cell, count in counts.items() if count == 3 or count == 2 and cell in cells}
    return len(cells)


class Parser:
    def __init__(self, text):
        self.tokens = collections.deque(text.replace("(", " ( ").replace(")", " ) ").split())

    def expression(self):
        value = self.term()
        while self.tokens and self.tokens[0] in "+-":
            value = value + self.term() if self.tokens.popleft() == "+" else value - self.term()
        return value

    def term(self):
        value = self.factor()
        while self.tokens and self.tokens[0] == "*":
            self.tokens.popleft()
            value *= self.factor()
        return value

    def factor(self):
        token = self.tokens.popleft()
        if token == "(":
            value = self.expression()
            self.tokens.popleft()
            return value
        return int(token)


def calculator():
    return [Parser("( 1 + 2 ) * 3 - 4 * ( 5 + 6 * 7 ) + 8 * ( 9 - 10 )").expression() for _ in range(25)]


class Node:
    def __init__(self, key):
        self.key, self.left, self.right = key, None, None

    def insert(self, key):
        if key < self.key:
            if self.left is None:
                self.left = Node(key)
            else:
                self.left.insert(key)
        elif self.right is None:
            self.right = Node(key)
        else:
            self.right.insert(key)

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.key
        if self.right is not None:
            yield from self.right


def trees():
    root = Node(500)
    for n in range(300):
        root.insert(n * 7919 % 1000)
    return sum(root)


def matrices(n=14):
    a = [[i * j % 7 + 0.5 for j in range(n)] for i in range(n)]
    b = [list(row) for row in zip(*a)]
    return [[sum(x * y for x, y in zip(row, column)) for column in b] for row in a]


def permutations(n=7):
    """Flips of prefixes, counted over all orders: lists and slices of small integers."""
    most, order, count = 0, list(range(n)), [0] * n
    depth = 0
    while depth < n:
        if count[depth] < depth:
            other = 0 if depth % 2 == 0 else count[depth]
            order[depth], order[other] = order[other], order[depth]
            flips, copy = 0, order[:]
            while first := copy[0]:
                copy[: first + 1] = copy[first::-1]
                flips += 1
            most = max(most, flips)
            count[depth] += 1
            depth = 0
        else:
            count[depth] = 0
            depth += 1
    return most


def digits(count=60):
    """Digits of pi, by integers that grow."""
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    out = []
    while len(out) < count:
        if 4 * q + r - t < m * t:
            out.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), 10 * (3 * q + r) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return out


def words():
    text = "it was the best of times it was the worst of times it was the age of wisdom " * 20
    counts = collections.defaultdict(int)
    for word in text.split():
        counts[word.strip(".,").lower()] += 1
    pairs = collections.Counter(zip(text, text[1:]))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0])), pairs.most_common(5)


KINDS = [
    queens, sieve, orbits, shortest_paths, life, calculator, trees, matrices, permutations, digits, words,
]

if __name__ == "__main__":
    runner = pyperf.Runner()
    for kind in KINDS:
        runner.bench_func("algorithms_" + kind.__name__, kind)
