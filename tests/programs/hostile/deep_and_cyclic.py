"""Structures that contain themselves or are nested very deeply: shown, compared, copied, stored, released."""
import ast
import copy
import gc
import json
import marshal
import pickle
import functools


def attempt(name, call):
    try:
        result = call()
    except (RecursionError, ValueError, TypeError, MemoryError, SyntaxError) as error:
        print(f"{name}: {type(error).__name__}")
    else:
        print(f"{name}: {result!r}"[:100])


class Box:
    __slots__ = "inside",

    def __init__(self, inside):
        self.inside = inside

    def __eq__(self, other):
        return self.inside == other.inside

    def __hash__(self):
        return hash(self.inside)

    def __repr__(self):
        return f"Box({self.inside!r})"


ring = []
ring.append(ring)
other = []
other.append(other)
table = {}
table["me"] = table
pair = ([],)
pair[0].append(pair)
box = Box(None)
box.inside = box
for name, value in (("list", ring), ("dict", table), ("tuple", pair)):
    attempt(name + " repr", lambda: repr(value))
    attempt(name + " json", lambda: json.dumps(value))
    attempt(name + " copy", lambda: type(copy.deepcopy(value)).__name__)
    attempt(name + " pickle", lambda: type(pickle.loads(pickle.dumps(value))).__name__)
attempt("cycles compared", lambda: ring == other)
attempt("dicts compared", lambda: table == {"me": table})
attempt("hash of a cycle", lambda: hash(pair))
attempt("hash by itself", lambda: hash(box))
attempt("repr by itself", lambda: repr(box))
attempt("equal by itself", lambda: box == copy.copy(box))
error = ValueError()
error.__cause__ = error
attempt("cause of itself", lambda: error.__cause__ is error)
cell = (lambda: cell)
partial = functools.partial(print)
partial.__setstate__((partial, (), {}, {}))
attempt("partial of itself", lambda: repr(partial)[:24])
partial.__setstate__((print, (), {}, {}))


def nested(make, depth=200_000):
    value = make(None)
    for _ in range(depth):
        value = make(value)
    return value


for name, make in (
    ("list", lambda inside: [inside]),
    ("tuple", lambda inside: (inside,)),
    ("dict", lambda inside: {1: inside}),
    ("box", Box),
    ("frozenset", lambda inside: frozenset([inside])),
    ("closure", lambda inside: lambda: inside),
    ("iterator", lambda inside: iter([inside])),
    ("method", lambda inside: [inside].append),
):
    depth = 900 if name == "frozenset" else 200_000
    value = nested(make, depth)
    if name in ("list", "tuple", "dict", "box"):
        attempt(name + " repr", lambda: repr(value))
        if name != "tuple":
            attempt(name + " equal", lambda: value == nested(make))
        attempt(name + " copy", lambda: copy.deepcopy(value))
        attempt(name + " pickle", lambda: pickle.dumps(value))
    if name in ("list", "tuple", "dict"):
        attempt(name + " marshal", lambda: marshal.dumps(value))
    if name in ("list", "dict"):
        attempt(name + " json", lambda: json.dumps(value))
    if name in ("tuple", "box"):
        attempt(name + " hash", lambda: hash(value))
    gc.collect()
    del value
    print(name, "released")

for name, text in (
    ("parentheses", "(" * 100_000 + ")" * 100_000),
    ("minus", "-" * 100_000 + "1"),
    ("attributes", "x" + ".x" * 100_000),
    ("sums", "+".join(["1"] * 100_000)),
    ("json", "[" * 100_000),
):
    if name == "json":
        attempt("json text", lambda: json.loads(text))
    elif name != "attributes":
        attempt(name, lambda: type(ast.parse(text)).__name__)
    else:
        try:
            ast.parse(text)
        except (RecursionError, MemoryError):
            pass
deep = ast.Constant(1)
for _ in range(100_000):
    deep = ast.UnaryOp(ast.USub(), deep)
attempt("tree compiled", lambda: compile(ast.fix_missing_locations(ast.Expression(ast.Constant(1))), "f", "eval") and 1)
attempt("deep tree compiled", lambda: compile(ast.Expression(deep), "f", "eval"))
del deep
attempt("class hierarchy", lambda: len(functools.reduce(lambda base, n: type("C", (base,), {}), range(500), object).__mro__))
attempt("nested generics", lambda: len(repr(functools.reduce(lambda inside, n: list[inside], range(5000), int))) > 0)
attempt("nested exceptions", lambda: repr(functools.reduce(lambda inside, n: ExceptionGroup("g", [inside]), range(100_000), ValueError()))[:10])
attempt("format", lambda: "{:{}}".format(1, "{}" * 10))
