# Locks, reentrant locks, conditions, semaphores, barriers, events.
import threading
import time

lock = threading.Lock()
print(lock.acquire(), lock.acquire(blocking=False), lock.acquire(timeout=0.01), lock.locked())
lock.release()
try:
    lock.release()
except RuntimeError as error:
    print(error)
for arguments in ((False, 1), (True, -5), (True, 1e30)):
    try:
        lock.acquire(*arguments)
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)

counter = 0


def count():
    global counter
    for _ in range(2000):
        with lock:
            value = counter
            counter = value + 1


threads = [threading.Thread(target=count) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(counter)

rlock = threading.RLock()
with rlock:
    with rlock:
        print("twice", rlock._recursion_count())
        other = []
        thread = threading.Thread(target=lambda: other.append(rlock.acquire(blocking=False)))
        thread.start()
        thread.join()
        print(other)
try:
    rlock.release()
except RuntimeError as error:
    print(error)

queue, condition = [], threading.Condition()


def produce():
    for number in range(3):
        with condition:
            queue.append(number)
            condition.notify()
        time.sleep(0.005)


producer = threading.Thread(target=produce)
producer.start()
received = []
while len(received) < 3:
    with condition:
        condition.wait_for(lambda: queue)
        received.append(queue.pop(0))
producer.join()
print(received)

barrier, passed = threading.Barrier(3), []
threads = [threading.Thread(target=lambda: passed.append(barrier.wait())) for _ in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sorted(passed))

event = threading.Event()
print(event.wait(0.01), event.is_set())
threading.Timer(0.02, event.set).start()
print(event.wait(5))

semaphore = threading.Semaphore(2)
print(semaphore.acquire(), semaphore.acquire(), semaphore.acquire(blocking=False))
