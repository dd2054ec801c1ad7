"""asyncio: tasks, gather, queues, timeouts, cancellation, locks, events."""
import asyncio
log = []
async def worker(name, queue):
    while True:
        item = await queue.get()
        if item is None: break
        await asyncio.sleep(0)
        log.append((name, item))
        queue.task_done()
    return name
async def fail(): raise ValueError("failed")
async def slow():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
async def main():
    queue = asyncio.Queue()
    tasks = [asyncio.create_task(worker(f"w{i}", queue)) for i in range(2)]
    for i in range(6): queue.put_nowait(i)
    await queue.join()
    for _ in tasks: queue.put_nowait(None)
    print(await asyncio.gather(*tasks), sorted(item for _, item in log))
    print(await asyncio.gather(asyncio.sleep(0, "a"), fail(), return_exceptions=True))
    try:
        await asyncio.wait_for(slow(), 0.01)
    except TimeoutError as error:
        print("timeout", repr(error), log[-1])
    t = asyncio.create_task(slow()); await asyncio.sleep(0); t.cancel()
    try:
        await t
    except asyncio.CancelledError:
        print("task cancelled", t.cancelled(), t.done())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail()); other = group.create_task(slow())
    except* ValueError as errors:
        print("group", errors.exceptions, other.cancelled())
    lock, event, order = asyncio.Lock(), asyncio.Event(), []
    async def locked(n):
        async with lock:
            order.append(n); await asyncio.sleep(0); order.append(n)
    await asyncio.gather(*(locked(n) for n in range(3))); print(order)
    async def waiter(): await event.wait(); return "woken"
    w = asyncio.create_task(waiter()); await asyncio.sleep(0); event.set(); print(await w)
    loop = asyncio.get_running_loop(); f = loop.create_future(); loop.call_soon(f.set_result, 7); print(await f)
    async with asyncio.timeout(None): print(await asyncio.to_thread(sum, [1, 2]))
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(0, i)) for i in range(3)]); print(len(done), len(pending))
    for c in asyncio.as_completed([asyncio.sleep(0.2, "b"), asyncio.sleep(0.001, "a")]): print(await c)
asyncio.run(main())
try:
    asyncio.run(fail())
except ValueError as error:
    print(error)
