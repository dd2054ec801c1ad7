# SIGINT raises KeyboardInterrupt wherever the main thread is; uncaught, it ends the process by the signal.
import _thread
import os
import signal
import subprocess
import sys
import threading
import time

print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)
except KeyboardInterrupt as interrupt:
    print("interrupted", interrupt.args)
threading.Timer(0.05, _thread.interrupt_main).start()
try:
    while True:
        pass
except KeyboardInterrupt:
    print("interrupted in a loop")
event = threading.Event()
threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    event.wait()
except KeyboardInterrupt:
    print("interrupted in a wait")
code = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)"
ended = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
print(ended.returncode == -signal.SIGINT, ended.stderr.splitlines()[-1])
