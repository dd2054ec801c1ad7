"""Programs that end while threads loop, wait, hold locks or start others: the process ends, with what was printed."""
import subprocess
import sys

PROGRAMS = {
    "looping daemon": """
import threading
def loop():
    while True: pass
for _ in range(3): threading.Thread(target=loop, daemon=True).start()
print("main ends")
""",
    "waiting daemon": """
import threading, time
threading.Thread(target=threading.Event().wait, daemon=True).start()
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
lock = threading.Lock(); lock.acquire()
threading.Thread(target=lock.acquire, daemon=True).start()
print("main ends")
""",
    "daemon that prints": """
import threading, sys
def loop():
    while True: sys.stderr.write("")
threading.Thread(target=loop, daemon=True).start()
print("main ends")
""",
    "daemon that allocates": """
import threading, gc
def loop():
    while True:
        cycle = []; cycle.append(cycle)
        if len(gc.get_objects()) < 0: break
threading.Thread(target=loop, daemon=True).start()
print("main ends")
""",
    "daemon holds a lock of exit": """
import threading, atexit
lock = threading.Lock()
def hold():
    lock.acquire(); ready.set()
    while True: pass
ready = threading.Event()
threading.Thread(target=hold, daemon=True).start()
ready.wait()
atexit.register(lambda: print("lock is held", not lock.acquire(timeout=0.05)))
""",
    "thread outlives main": """
import threading, time
def work():
    time.sleep(0.05)
    print("thread ends")
threading.Thread(target=work).start()
print("main ends")
""",
    "thread starts threads": """
import threading
def work(n):
    if n: threading.Thread(target=work, args=(n - 1,)).start()
    else: print("last thread")
work(20)
""",
    "finaliser starts a thread": """
import threading
class Thing:
    def __del__(self, Thread=threading.Thread, out=print):
        try: Thread(target=out, args=("started",)).start()
        except RuntimeError as error: out(error)
thing = Thing()
thing.me = thing
""",
    "exception in main": """
import threading
def loop():
    while True: pass
threading.Thread(target=loop, daemon=True).start()
raise SystemExit(3)
""",
    "os._exit in a thread": """
import threading, os
threading.Thread(target=lambda: os._exit(7)).start()
while True: pass
""",
    "exit in a thread": """
import threading, sys
thread = threading.Thread(target=sys.exit, args=(5,))
thread.start(); thread.join()
print("main goes on")
""",
    "generator in a daemon": """
import threading
def numbers():
    try:
        while True: yield
    finally:
        print("never shown")
def loop():
    for _ in numbers(): pass
threading.Thread(target=loop, daemon=True).start()
print("main ends")
""",
    "raw threads": """
import _thread, time
def loop():
    while True: pass
for _ in range(3): _thread.start_new_thread(loop, ())
_thread.start_new_thread(lambda: time.sleep(1000), ())
print("main ends")
""",
    "killed by a signal": """
import threading, os, signal
def loop():
    while True: pass
threading.Thread(target=loop, daemon=True).start()
print("main ends", flush=True)
os.kill(os.getpid(), signal.SIGTERM)
while True: pass
""",
    "interrupted": """
import threading, _thread
try:
    threading.Thread(target=_thread.interrupt_main).start()
    while True: pass
except KeyboardInterrupt:
    print("interrupted")
""",
}
for name, text in PROGRAMS.items():
    try:
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=30)
    except subprocess.TimeoutExpired:
        print(f"{name}: does not end")
    else:
        print(f"{name}: {done.returncode} {done.stdout.splitlines()} {len(done.stderr) > 0}")
