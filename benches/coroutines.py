"""Coroutines, generators, tasks of asyncio, and the cycle collector."""

import asyncio
import gc

import pyperf


async def leaf(n):
    return n


async def nested(depth):
    return 1 if depth == 0 else await nested(depth - 1) + await leaf(1)


async def sequence(n):
    for i in range(n):
        yield i


def drive(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


def awaits():
    for _ in range(20):
        drive(nested(20))


def asynchronous_iteration():
    async def total():
        return sum([n async for n in sequence(500)])

    drive(total())


async def tree(depth):
    if depth == 0:
        await asyncio.sleep(0)
        return 1
    return sum(await asyncio.gather(*[tree(depth - 1) for _ in range(4)]))


async def grouped(depth):
    if depth:
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(grouped(depth - 1))


async def queues():
    queue, lock, seen = asyncio.Queue(maxsize=5), asyncio.Lock(), []

    async def produce():
        for n in range(60):
            await queue.put(n)

    async def consume():
        for _ in range(60):
            n = await queue.get()
            async with lock:
                seen.append(n)

    await asyncio.gather(produce(), consume())


def tasks():
    asyncio.run(tree(3))
    asyncio.run(grouped(3))
    asyncio.run(queues())


def delegation():
    def inner(n):
        for i in range(n):
            got = yield i
        return got

    def outer(depth):
        return (yield from (outer(depth - 1) if depth else inner(200)))

    sum(outer(10))


def expressions():
    any(n > 5_000 for n in range(5_000))
    dict((n, n * n) for n in range(500))
    list(map(lambda n: n + 1, filter(None, (n % 3 for n in range(1_000)))))


class Link:
    def __init__(self, before):
        self.before, self.after = before, None
        if before is not None:
            before.after = self


def cycles():
    for _ in range(10):
        link = None
        for _ in range(200):
            link = Link(link)
    gc.collect()


KEPT = [[n, {"n": n}, (n, [n])] for n in range(5_000)]


def collections_of_much():
    gc.collect()


KINDS = [awaits, asynchronous_iteration, tasks, delegation, expressions, cycles, collections_of_much]

if __name__ == "__main__":
    runner = pyperf.Runner()
    for kind in KINDS:
        runner.bench_func("coroutines_" + kind.__name__, kind)
