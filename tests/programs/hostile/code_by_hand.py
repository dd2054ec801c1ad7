"""Code objects built by hand, with arguments out of every range: each ends in an exception or a result, never in harm.

CPython does not check such code and crashes; what is written here is what must hold, not what it prints.
"""
import dis
import os
import random
import signal
import sys
import types


def sample(a, b=2, *args, c=3, **kw):
    total = [a, b]
    for i in range(3):
        try:
            total.append(i / (i - 1))
        except ZeroDivisionError as error:
            total.append(str(error))
        finally:
            b += 1
    with Manager() as entered:
        total += [x + entered for x in args if x]
    def inner():
        return a, total
    match total:
        case [first, *rest] if rest:
            kw["first"] = first
    return inner(), {**kw, "c": c}, f"{a!r:>{b}}"


def generator(n):
    while n:
        got = yield n
        n -= 1 if got is None else got
    return "end"


async def waits(n):
    async with Waiting() as got:
        async for item in Waiting():
            n += item + got
    return [x async for x in Waiting()], n


class Waiting:
    count = 0
    async def __aenter__(self): return 1
    async def __aexit__(self, *exc): return False
    def __aiter__(self): return self
    async def __anext__(self):
        self.count += 1
        if self.count > 3:
            raise StopAsyncIteration
        return self.count


def walk(items):
    global seen
    seen = {x: {y for y in range(x)} for x in items}
    del items[0]
    while True:
        try:
            items[-1] += 1
            a, *b = items
            if a is None or b in (1, 2) or not -a < a <= 100:
                break
            items = [*b, *{**seen}]
        except* ValueError:
            items.clear()
        else:
            assert len(items) < 50, f"{items=}"
    class Local[T]:
        x: T = a
        def method(self): return super().__init__()
    return Local().method(), lambda *a, k=items: (a, k)


class Manager:
    def __enter__(self): return 1
    def __exit__(self, *exc): return True


def run(code, args):
    """Runs a code object; what comes of it does not matter."""
    try:
        cells = tuple(types.CellType(1) for _ in code.co_freevars)
        function = types.FunctionType(code, globals(), "f", (5,), cells, {"c": 4})
        result = function(*args)
        if isinstance(result, types.CoroutineType):
            result.send(None)
        if isinstance(result, types.GeneratorType):
            for _ in zip(range(20), result):
                pass
            result.close()
    except BaseException:
        pass


def run_all(codes):
    """Runs code objects in children: one that loops is ended by a signal's handler, which the machine must let in."""
    late, ended = 7, 0
    while ended < len(codes):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            sys.stdout = sys.stderr = open(os.devnull, "w")
            signal.signal(signal.SIGALRM, lambda *args: os._exit(late))
            for code, args in codes[ended:]:
                os.write(writer, b".")
                signal.setitimer(signal.ITIMER_REAL, 0.1)
                run(code, args)
            os._exit(0)
        os.close(writer)
        with open(reader, "rb") as begun:
            ended += len(begun.read())
        result = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if result not in (0, late):
            print(f"code {ended - 1}: {result}")
    return ended


def attempt(name, **changes):
    try:
        code = sample.__code__.replace(**changes)
    except Exception as error:
        print(f"{name}: refused ({type(error).__name__})")
    else:
        print(f"{name}: made")
        made.append((code, (1,)))


made = []
plain = sample.__code__
for name, changes in {
    "no code": dict(co_code=b""),
    "odd code": dict(co_code=plain.co_code + b"\x01"),
    "cut off": dict(co_code=plain.co_code[:20]),
    "no return": dict(co_code=b"\x1b\x00" * 10),
    "no constants": dict(co_consts=()),
    "no names": dict(co_names=()),
    "no variables": dict(co_varnames=(), co_nlocals=0),
    "too few variables": dict(co_varnames=plain.co_varnames[:2], co_nlocals=2),
    "wrong count": dict(co_nlocals=50),
    "no cells": dict(co_cellvars=()),
    "other cells": dict(co_cellvars=("x", "y", "z")),
    "free variables": dict(co_freevars=("p", "q")),
    "no stack": dict(co_stacksize=0),
    "negative stack": dict(co_stacksize=-5),
    "huge stack": dict(co_stacksize=2**31 - 1),
    "negative arguments": dict(co_argcount=-1),
    "many arguments": dict(co_argcount=100),
    "many keywords": dict(co_kwonlyargcount=100),
    "positional": dict(co_posonlyargcount=100),
    "all flags": dict(co_flags=2**31 - 1),
    "no flags": dict(co_flags=0),
    "generator flag": dict(co_flags=plain.co_flags | 0x20),
    "coroutine flag": dict(co_flags=plain.co_flags | 0x80),
    "no lines": dict(co_linetable=b""),
    "wrong lines": dict(co_linetable=b"\xff\x80\x00" * 20),
    "no handlers": dict(co_exceptiontable=b""),
    "wrong handlers": dict(co_exceptiontable=b"\x80\x7f\xff\x00\x01\x80\x80"),
    "handlers outside": dict(co_exceptiontable=bytes([0x80, 0x7F, 0x3F, 0x7F, 0x3F, 0x7F, 0x3F, 0x0F])),
    "first line": dict(co_firstlineno=-5),
    "names of other kinds": dict(co_names=(1, None, [], b"x")),
    "constants of other kinds": dict(co_consts=([], {}, set(), Manager, 1j)),
}.items():
    attempt(name, **changes)

# Loops that only an exception closes, or a jump that is not to be interrupted.
def assembled(*units, handler=None):
    """A code object of these units; `handler` is (start, end, target) of its one exception handler, in units."""
    table = b""
    if handler:
        start, end, target = handler
        table = bytes([0x80 | start, end - start, target, 0])
    code = b"".join(bytes([dis.opmap[name], argument]) for name, argument in units)
    return plain.replace(co_code=code, co_exceptiontable=table, co_cellvars=(), co_stacksize=9)


START = ("RESUME", 0), ("LOAD_SMALL_INT", 1)
for code in (
    assembled(*START, ("RAISE_VARARGS", 1), handler=(2, 3, 2)),
    assembled(*START, ("POP_TOP", 0), ("LOAD_SMALL_INT", 1), ("RAISE_VARARGS", 1), handler=(3, 5, 2)),
    assembled(*START, ("RAISE_VARARGS", 1), ("POP_TOP", 0), ("JUMP_BACKWARD_NO_INTERRUPT", 4), handler=(1, 3, 3)),
    assembled(*START, ("POP_TOP", 0), ("JUMP_BACKWARD_NO_INTERRUPT", 3)),
    assembled(*START, ("RESUME", 2), ("JUMP_BACKWARD_NO_INTERRUPT", 2)),
    assembled(*START, ("POP_TOP", 0), ("RESUME", 0), ("JUMP_BACKWARD_NO_INTERRUPT", 4)),
):
    made.append((code, (1,)))

chance = random.Random(14)
refused = 0
for function, args in ((sample, (1, 2, 3)), (generator, (3,)), (waits, (1,)), (walk, ([1, 2, 3],))):
    code = function.__code__
    for _ in range(150):
        units = bytearray(code.co_code)
        for _ in range(chance.choice((0, 1, 1, 2, 5))):
            units[chance.randrange(len(units))] = chance.choice((0, 1, 2, 3, 127, 254, 255, chance.randrange(256)))
        changes = dict(co_code=bytes(units))
        if chance.random() < 0.4:
            table = bytearray(code.co_exceptiontable or b"\x80\x01\x01\x00")
            table[chance.randrange(len(table))] = chance.randrange(256)
            changes["co_exceptiontable"] = bytes(table)
        if chance.random() < 0.1:
            changes["co_stacksize"] = chance.randrange(4)
        try:
            made.append((code.replace(**changes), args))
        except Exception:
            refused += 1
print(run_all(made) + refused)
