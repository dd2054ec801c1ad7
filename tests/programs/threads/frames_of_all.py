# sys._current_frames shows where every thread is.
import sys
import threading

ready, done = threading.Event(), threading.Event()


def wait_here():
    ready.set()
    done.wait()


thread = threading.Thread(target=wait_here)
thread.start()
ready.wait()
frames = sys._current_frames()
names = []
frame = frames[thread.ident]
while frame is not None:
    names.append(frame.f_code.co_name)
    frame = frame.f_back
print("wait_here" in names, frames[threading.get_ident()].f_code.co_name)
print(sys._current_exceptions()[thread.ident])
done.set()
thread.join()
print(thread.ident in sys._current_frames())
