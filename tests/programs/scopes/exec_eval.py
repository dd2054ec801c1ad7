"""exec and eval with namespaces, locals, compile modes, builtins."""
ns = {}
exec("a = 1\ndef f(): return a + 1", ns)
print(ns["a"], ns["f"](), "__builtins__" in ns)
print(eval("a + b", {"a": 1}, {"b": 2}), eval("[x for x in range(y)]", {"y": 3}), eval(compile("1 + 1", "<c>", "eval")))
loc = {}
exec("x = 5\ny = x + g", {"g": 1}, loc); print(loc)
exec(compile("z = 1; print(z)", "<c>", "exec")); exec(compile("7 * 6", "<c>", "single"))
def inner():
    v = 1
    exec("v = 2")
    print(v, locals(), eval("v + 10"))
    exec("w = 3", globals(), snapshot := {})
    print(snapshot)
inner()
class Missing(dict):
    def __missing__(self, key): return f"<{key}>"
print(eval("undefined", {}, Missing()))
try:
    eval("len([1])", {"__builtins__": {}})
except NameError as error:
    print(error)
print(eval("len", {"__builtins__": {"len": "fake"}}))
for bad in ("eval('1 +')", "eval('x = 1')", "exec('1 +')", "eval('')", "exec(5)", "eval([])", "compile('1', 'f', 'evil')", "eval('1', 5)", "exec('x', {}, 5)", "compile('a b', 'f', 'exec')", "eval('\\0')", "eval('return 1')"):
    try:
        eval(bad) if not bad.startswith("exec") else exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, str(error).split("(")[0])
exec("def g(): global made; made = 9\ng()"); print(made)
def late_globals(): return dynamic
globals()["dynamic"] = "added"; print(late_globals()); del dynamic
print(eval("  1 + 1"), eval(b"2 + 2"), eval("(lambda: x)()", {"x": 3}), sorted(eval("locals()", {}, {"q": 1})))
def frame_locals():
    a = 1
    l = locals(); l["a"] = 99; l["new"] = 1
    return a, sorted(locals())
print(frame_locals())
print(__name__, __file__.endswith("exec_eval.py"), __builtins__ is not None, __doc__[:4])
