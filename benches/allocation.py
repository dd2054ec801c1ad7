"""Making and releasing objects: short-lived, long-lived, cyclic."""

import pyperf


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def tree(depth):
    return Node(tree(depth - 1), tree(depth - 1)) if depth else None


def short_lived():
    for n in range(5_000):
        [n, (n, n)]


def trees():
    tree(11)


def linked_list():
    head = None
    for n in range(5_000):
        head = (n, head)


def cycles():
    for _ in range(2_000):
        node = Node(None, None)
        node.left = node


def many_live(count=50_000):
    return [Node(n, None) for n in range(count)]


if __name__ == "__main__":
    runner = pyperf.Runner()
    for kind in [short_lived, trees, linked_list, cycles, many_live]:
        runner.bench_func("allocation_" + kind.__name__, kind)
