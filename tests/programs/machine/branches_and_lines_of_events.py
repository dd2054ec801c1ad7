"""Monitoring and tracing: branches as `co_branches` names them, lines of odd places."""
import sys

monitoring, events = sys.monitoring, sys.monitoring.events
TOOL = monitoring.DEBUGGER_ID


def loop(items):
    for item in items:
        if item is None:
            continue
        while item:
            item -= 1
    return items


class Counter:
    def __init__(self, to): self.to = to
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.to:
            raise StopAsyncIteration
        self.to -= 1
        return self.to


async def waits():
    async for item in Counter(2):
        pass


def run_loop(): loop([None, 2])
def run_waits():
    try:
        waits().send(None)
    except StopIteration:
        pass


monitoring.use_tool_id(TOOL, "test")
for function, run in ((loop, run_loop), (waits, run_waits)):
    code = function.__code__
    named = {(at, left) for at, left, _ in code.co_branches()} | {(at, right) for at, _, right in code.co_branches()}
    seen = set()
    for event in (events.BRANCH_LEFT, events.BRANCH_RIGHT):
        monitoring.register_callback(TOOL, event, lambda code, at, to: seen.add((at, to)))
    monitoring.set_local_events(TOOL, code, events.BRANCH_LEFT | events.BRANCH_RIGHT)
    run()
    monitoring.set_local_events(TOOL, code, 0)
    print(function.__name__, len(list(code.co_branches())), seen <= named, len(seen))
monitoring.free_tool_id(TOOL)


async def steps():
    yield 1


async def through():
    async for item in steps():
        pass


def trace(frame, event, arg):
    if frame.f_code.co_name in ("through", "<module>") and frame.f_code.co_filename in (__file__, "<empty>"):
        told.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


told = []
sys.settrace(trace)
try:
    through().send(None)
except StopIteration:
    pass
exec(compile("", "<empty>", "exec"))
sys.settrace(None)
print(told)


def opcodes():
    frame = sys._getframe()
    frame.f_trace = lambda *args: steps_seen.append(args[1])
    frame.f_trace_opcodes = True
    sys.settrace(lambda *args: None)
    x = 1
    sys.settrace(None)


steps_seen = []
opcodes()
print("opcode" in steps_seen)


def bad(): pass


bad.__code__ = bad.__code__.replace(co_code=b"\x7f" + bad.__code__.co_code[1:])
try:
    bad()
except SystemError as error:
    print(str(error).split(":", 1)[1].split(": ")[1])
