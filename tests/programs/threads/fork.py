# In the child of a fork only the forking thread lives on, and locks of threading work.
import os
import threading
import time

os.register_at_fork(
    before=lambda: print("before", flush=True),
    after_in_parent=lambda: None,
    after_in_child=lambda: print("in child", flush=True),
)
stop = threading.Event()
other = threading.Thread(target=stop.wait, daemon=True)
other.start()
import warnings

warnings.simplefilter("ignore")
pid = os.fork()
if pid == 0:
    print(threading.active_count(), other.is_alive(), threading.current_thread() is threading.main_thread(), flush=True)
    new = threading.Thread(target=lambda: print("thread of the child", flush=True))
    new.start()
    new.join()
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
stop.set()
other.join()
print(threading.active_count())
