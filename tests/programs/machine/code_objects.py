"""Code objects: attributes, replace, comparison, lines and positions."""
def f(a, b=1, /, c=2, *args, d, e=3, **kw):
    "doc"
    x = lambda: (a, y)
    y = [i for i in range(3)]
    return x, y
c = f.__code__
print(c.co_name, c.co_qualname, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_cellvars, c.co_freevars, c.co_names, bool(c.co_flags & 4), bool(c.co_flags & 8), c.co_filename.endswith("code_objects.py"), c.co_firstlineno, c.co_stacksize > 0, c.co_consts[0])
print([k.co_name for k in c.co_consts if hasattr(k, "co_name")], sorted({line for _, _, line in c.co_lines() if line}), len(list(c.co_positions())) == len(c.co_code) // 2)
g = c.replace(co_name="renamed"); print(g.co_name, g == c, c == c.replace(), hash(c) == hash(c.replace()))
def h(): return 1
h2 = h.__code__.replace(co_consts=(None, 2)); print(type(h2).__name__)
import types, dis
def k(x): return x + 1
new = types.FunctionType(k.__code__, {}, "new", None, None); print(new(4), new.__name__)
for bad in ("types.FunctionType(5, {})", "types.FunctionType(k.__code__, 5)", "types.CodeType()", "c.co_name = 1", "types.FunctionType((lambda: f).__code__, {}, closure=())"):
    try:
        exec(bad); print("fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
dis.dis(k)
def j(n):
    for i in range(n):
        if i: print(i)
dis.dis(j)
print(compile("1", "f", "eval").co_consts, compile("a.b.c", "f", "eval").co_names, compile("x = 1 + 2", "f", "exec").co_consts)
import marshal; print(eval(marshal.loads(marshal.dumps(compile("6 * 7", "f", "eval")))))
