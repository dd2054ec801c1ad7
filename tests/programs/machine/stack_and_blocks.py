"""Deep nesting of blocks, values kept on the stack across calls, yields and exceptions."""
def nested(n):
    for a in range(n):
        with CM():
            try:
                for b in range(n):
                    while True:
                        try:
                            if b == 1: continue_outer = True; break
                            if a == 2: return "returned from deep"
                            raise KeyError(a, b)
                        except KeyError as e:
                            if e.args[1] == 0: break
                        finally:
                            log.append((a, b))
                    if b == 1: break
            finally:
                log.append("finally")
    return "end"
class CM:
    def __enter__(self): pass
    def __exit__(self, *a): log.append("exit")
log = []
print(nested(2), log); log.clear(); print(nested(3), log)
def values_kept(f): return [1, f(), {2: f(), 3: (4, f())}, f() + f() * f()]
n = 0
def count():
    global n
    n += 1
    return n
print(values_kept(count))
def boom(): raise ValueError("boom")
def partial_stack():
    try:
        return [1, 2, (3, {4: boom()})]
    except ValueError:
        return "unwound"
print(partial_stack())
def gen_in_expression():
    x = [1, (yield "a"), 2, (yield "b") + (yield "c")]
    return x
g = gen_in_expression(); print(next(g), g.send(10), g.send(20))
try:
    g.send(30)
except StopIteration as stop: print(stop.value)
def loops_with_yield_and_try():
    for i in range(3):
        try:
            got = yield i
        except ValueError:
            yield "handled"
        else:
            if got: yield got
g = loops_with_yield_and_try(); print(next(g), g.throw(ValueError), next(g), g.send("sent"), next(g))
source = "def f():\n" + "".join("  " * (i + 1) + f"for i{i} in range(1):\n" for i in range(18)) + "  " * 19 + "return 'deep loops'"
ns = {}; exec(source, ns); print(ns["f"]())
source = "def f():\n" + "".join("  " * (i + 1) + "try:\n" for i in range(18)) + "  " * 19 + "raise ValueError(18)\n" + "".join("  " * (i + 1) + f"finally: log.append({i})\n" for i in reversed(range(18)))
log.clear(); ns = {"log": log}; exec(source, ns)
try:
    ns["f"]()
except ValueError as error: print(error, log)
try:
    compile("def f():\n" + "".join("  " * (i + 1) + f"for i{i} in range(1):\n" for i in range(25)) + "  " * 26 + "pass", "f", "exec")
except SyntaxError as error: print(error.msg)
def swap(a, b, c):
    a, b, c = c, a, b
    (a, b), c = (b, a), c
    return a, b, c
print(swap(1, 2, 3), (lambda *a: a)(*[1], *(2,), *{3: 4}))
def exc_state():
    try:
        raise KeyError("outer")
    except KeyError:
        try:
            raise ValueError("inner")
        except ValueError:
            pass
        import sys
        return repr(sys.exception())
print(exc_state(), __import__("sys").exception())
