# Handlers run in the main thread, between two instructions, also during waits, which go on afterwards.
import os
import signal
import threading
import time


def handler(number, frame):
    print(signal.Signals(number).name, threading.current_thread().name, frame is not None)


print(signal.signal(signal.SIGUSR1, handler))
os.kill(os.getpid(), signal.SIGUSR1)
signal.raise_signal(signal.SIGUSR1)
print(signal.getsignal(signal.SIGUSR1) is handler)

signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.05)
start = time.monotonic()
time.sleep(0.2)
print(time.monotonic() - start >= 0.2)

lock = threading.Lock()
lock.acquire()
signal.setitimer(signal.ITIMER_REAL, 0.05)
print(lock.acquire(timeout=0.2))


def impatient(number, frame):
    raise TimeoutError("enough")


signal.signal(signal.SIGALRM, impatient)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    lock.acquire()
except TimeoutError as error:
    print(error)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    while True:
        pass
except TimeoutError as error:
    print(error)

signal.signal(signal.SIGUSR1, signal.SIG_IGN)
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.getsignal(signal.SIGUSR1))


def in_thread():
    try:
        signal.signal(signal.SIGUSR1, handler)
    except ValueError as error:
        print(error)


thread = threading.Thread(target=in_thread)
thread.start()
thread.join()
for arguments in ((0, handler), (1, "no"), (65, handler)):
    try:
        signal.signal(*arguments)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(signal.strsignal(signal.SIGINT), signal.strsignal(signal.SIGSEGV))
