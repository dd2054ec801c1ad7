# The program waits for its threads, then runs exit functions; daemons are left behind.
import atexit
import threading
import time

atexit.register(print, "exit function")
atexit.register(print, "registered later, runs sooner")


def slow():
    time.sleep(0.1)
    print("thread done")


def forever():
    while True:
        time.sleep(0.001)


def busy():
    while True:
        pass


threading.Thread(target=slow).start()
threading.Thread(target=forever, daemon=True).start()
threading.Thread(target=busy, daemon=True).start()
print("main done")
