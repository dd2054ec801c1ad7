"""sys.monitoring: events of a function, DISABLE, local events, errors of the interface."""
import sys
mon, E = sys.monitoring, sys.monitoring.events

def work(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += len("ab")
    try:
        raise ValueError(total)
    except ValueError:
        pass
    return total

def gen():
    yield 1

def show(x):
    return getattr(x, "__name__", None) or (type(x).__name__ if not isinstance(x, (int, str)) else x)

log = []
def watch(name):
    def callback(code, *rest):
        if code in (work.__code__, gen.__code__):
            log.append((name, *map(show, rest)))
    return callback

print(mon.get_tool(1))
mon.use_tool_id(1, "test")
print(mon.get_tool(1))
for wanted in (("PY_START", "PY_RETURN", "CALL", "C_RETURN", "C_RAISE"), ("LINE",), ("JUMP", "BRANCH_LEFT", "BRANCH_RIGHT"),
               ("RAISE", "EXCEPTION_HANDLED", "PY_UNWIND"), ("PY_START", "PY_YIELD", "PY_RESUME", "STOP_ITERATION"),
               ("INSTRUCTION",)):
    events = 0
    for name in wanted:
        events |= getattr(E, name)
        mon.register_callback(1, getattr(E, name), watch(name))
    mon.set_events(1, events)
    log.clear()
    work(2)
    list(gen())
    mon.set_events(1, 0)
    print(wanted)
    for entry in log:
        print("   ", *entry)
    for name in wanted:
        mon.register_callback(1, getattr(E, name), None)

count = 0
def once(code, line):
    global count
    if code is work.__code__:
        count += 1
        return mon.DISABLE
mon.register_callback(1, E.LINE, once)
mon.set_local_events(1, work.__code__, E.LINE)
work(3); work(3)
print("lines once", count, mon.get_local_events(1, work.__code__) == E.LINE)
mon.restart_events()
work(1)
print("again", count)
mon.set_local_events(1, work.__code__, 0)
work(3)
print(count)

def attempt(f, *args):
    try:
        print(f(*args))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
attempt(mon.use_tool_id, 1, "again")
attempt(mon.use_tool_id, 9, "x")
attempt(mon.use_tool_id, 2, 3)
attempt(mon.set_events, 3, E.LINE)
attempt(mon.set_events, 1, E.C_RETURN)
attempt(mon.set_events, 1, 1 << 30)
attempt(mon.register_callback, 1, 3, None)
attempt(mon.set_local_events, 1, work.__code__, E.RAISE)
attempt(mon.set_local_events, 1, work, E.LINE)
mon.free_tool_id(1)
print(mon.get_tool(1), sorted(mon._all_events()))
