"""sys.settrace and sys.setprofile see lines, calls, returns and exceptions."""
import sys
events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("traced", "helper"):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, arg if event == "return" else None))
    return tracer
def helper(x):
    return x * 2
def traced(n):
    total = 0
    for i in range(n):
        total += helper(i)
    try:
        raise ValueError
    except ValueError:
        pass
    return total
sys.settrace(tracer); traced(2); sys.settrace(None)
for e in events: print(*e)
events.clear()
def profiler(frame, event, arg):
    if frame.f_code.co_name in ("traced", "helper"): events.append((frame.f_code.co_name, event))
sys.setprofile(profiler); traced(1); sys.setprofile(None)
print(events, sys.gettrace(), sys.getprofile())
f = sys._getframe(); print(f.f_code.co_name, f.f_globals is globals(), f.f_back, f.f_lineno)
def caller(): return sys._getframe(1).f_code.co_name, sys._getframe().f_locals
print(caller())
