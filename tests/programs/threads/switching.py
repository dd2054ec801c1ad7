# Threads that compute take turns, and one that waits gets its turn among those that compute.
import sys
import threading
import time

sys.setswitchinterval(0.001)
print(sys.getswitchinterval())
stop = False
counts = [0, 0, 0]


def compute(index):
    while not stop:
        counts[index] += 1


threads = [threading.Thread(target=compute, args=(index,)) for index in range(3)]
[thread.start() for thread in threads]
turns = 0
start = time.monotonic()
while time.monotonic() - start < 0.3:
    time.sleep(0.001)
    turns += 1
stop = True
[thread.join() for thread in threads]
print(all(count > 100 for count in counts), turns > 5)
