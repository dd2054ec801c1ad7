"""Where monitoring's events happen: lines behind the call's own, both ways of branches, ends of loops, super()."""
import sys

monitoring = sys.monitoring
events = monitoring.events
TOOL = 1
monitoring.use_tool_id(TOOL, "places")


def watch(mask, names, action, answer=None):
    """What the callbacks see while `action` runs. `answer(seen)` is what they return."""
    seen = []

    def callback(code, *args):
        if code.co_name != "watch":
            seen.append((code.co_name, *map(brief, args)))
        return answer

    for name in names:
        monitoring.register_callback(TOOL, getattr(events, name), callback)
    monitoring.set_events(TOOL, mask)
    try:
        action()
    except TypeError as error:
        seen.append(str(error))
    finally:
        monitoring.set_events(TOOL, 0)
        for name in names:
            monitoring.register_callback(TOOL, getattr(events, name), None)
    monitoring.restart_events()
    return seen


def brief(value):
    return value if isinstance(value, int) else repr(value).split(" at ")[0]


def one_line(): return len("one")
def two_lines():
    return len("two")
def open_end(text): return len(
    text)
def numbers(many):
    for number in range(2):
        if many:
            yield number
        else:
            yield -number
    return "done"


def lines():
    one_line()
    two_lines()
    open_end("three")
    (lambda: 4)()


first = lines.__code__.co_firstlineno
print([(name, line - first) for name, line in watch(events.LINE, ["LINE"], lines)])


def loop():
    for number in numbers(1):
        pass


for _ in range(3):
    print(watch(events.STOP_ITERATION, ["STOP_ITERATION"], loop))
for _ in range(20):
    loop()
print(watch(events.STOP_ITERATION, ["STOP_ITERATION"], loop))
print(watch(events.BRANCH_LEFT, ["BRANCH_LEFT"], loop))
print(watch(events.BRANCH_RIGHT, ["BRANCH_RIGHT"], loop))
print(watch(events.BRANCH_LEFT, ["BRANCH_LEFT"], loop, monitoring.DISABLE))
print(watch(events.BRANCH, ["BRANCH"], lambda: (loop(), list(numbers(0))), monitoring.DISABLE))


class Base:
    def method(self, argument):
        return argument


class Derived(Base):
    def found(self):
        return super().method(1)

    def native(self):
        return super().__repr__()

    def value(self):
        return super().__init__

    def named(self):
        return super(Derived, self).method(2)

    def wrong(self):
        return super(1, self).method(3)

    def many(self):
        return super(1, 2, 3).method(4)


for name in "found native value named wrong many".split():
    method = getattr(Derived(), name)
    print(name)
    for event in watch(events.CALL, ["CALL", "C_RETURN", "C_RAISE"], lambda: method()):
        print("   ", event)
