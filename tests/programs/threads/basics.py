"""threading: start, join, locks, events, local, queue, conditions."""
import threading, queue, time
results, lock = [], threading.Lock()
def work(n):
    for _ in range(1000):
        with lock: results.append(n)
threads = [threading.Thread(target=work, args=(i,), name=f"t{i}") for i in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(len(results), sorted(set(results)), threads[0].is_alive(), threads[0].name, threading.current_thread().name, threading.active_count())
counter = 0
def add():
    global counter
    for _ in range(10000):
        with lock: counter += 1
ts = [threading.Thread(target=add) for _ in range(3)]
[t.start() for t in ts]; [t.join() for t in ts]; print(counter)
q = queue.Queue(maxsize=2)
def producer():
    for i in range(5): q.put(i)
    q.put(None)
threading.Thread(target=producer).start()
print(list(iter(q.get, None)))
event, local = threading.Event(), threading.local(); local.x = "main"
def waiter():
    event.wait(); local.x = "thread"; results.append(local.x)
t = threading.Thread(target=waiter); t.start(); event.set(); t.join(); print(results[-1], local.x, event.is_set())
cond, items = threading.Condition(), []
def consumer():
    with cond:
        while not items: cond.wait()
        print("consumed", items.pop())
t = threading.Thread(target=consumer); t.start()
with cond: items.append("item"); cond.notify()
t.join()
r = threading.RLock()
with r:
    with r: print("reentrant")
sem = threading.Semaphore(1); print(sem.acquire(), sem.acquire(blocking=False)); sem.release()
b = threading.Barrier(2); t = threading.Thread(target=b.wait); t.start(); b.wait(); t.join(); print("barrier")
try:
    lock.release()
except RuntimeError as error:
    print(error)
try:
    threads[0].start()
except RuntimeError as error:
    print(error)
def dies(): raise ValueError("in thread")
threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.exc_value)
t = threading.Thread(target=dies); t.start(); t.join()
print(lock.acquire(timeout=0.01), lock.acquire(timeout=0.01), lock.locked())
timer = threading.Timer(0.001, lambda: results.append("timer")); timer.start(); timer.join(); print(results[-1])
