# Tracing and profiling of all threads at once; one thread that stops does not stop the others.
import sys
import threading

ready, go, done = threading.Event(), threading.Event(), threading.Event()
seen = []


def trace(frame, event, arg):
    if frame.f_code.co_name == "work" and event in ("call", "line"):
        seen.append(event)
    return trace


def work():
    one = 1
    return one


def runner():
    ready.set()
    go.wait()
    functions.append(sys.gettrace())
    work()
    sys.settrace(None)
    work()
    done.set()


functions = []
thread = threading.Thread(target=runner)
thread.start()
ready.wait()
threading.settrace_all_threads(trace)
functions.append(sys.gettrace())
go.set()
done.wait()
thread.join()
print([function is trace for function in functions], threading.gettrace() is trace)
print(seen[:3], seen.count("call"))
seen.clear()
work()
print(seen[:3], "still traced here")
threading.settrace_all_threads(None)
seen.clear()
work()
print(seen, sys.gettrace())

profiled = []
threading.setprofile_all_threads(lambda frame, event, arg: profiled.append(event) if frame.f_code.co_name == "work" else None)
work()
threading.setprofile_all_threads(None)
work()
print(profiled)
