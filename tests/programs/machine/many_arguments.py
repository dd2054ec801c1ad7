"""Calls and definitions with more than 255 arguments; big displays; deep stacks."""
names = [f"a{i}" for i in range(600)]
ns = {}
exec(f"def f({', '.join(names)}): return a0 + a255 + a256 + a599", ns)
print(ns["f"](*range(600)))
exec(f"r = f({', '.join(map(str, range(600)))})", ns); print(ns["r"])
exec(f"r = f({', '.join(f'{n}={i}' for i, n in enumerate(names))})", ns); print(ns["r"])
exec(f"def g(*, {', '.join(f'{n}={i}' for i, n in enumerate(names))}): return a1 + a598", ns); print(ns["g"](), ns["g"](a1=1000))
print(len(eval("[" + "1," * 3000 + "]")), len(eval("{" + ",".join(f"{i}: {i}" for i in range(3000)) + "}")), len(eval("(" + "x," * 3000 + ")", {"x": 1})), len(eval("{" + ",".join(map(str, range(500))) + "}")), eval("'" + "' + '".join("abc" * 20) + "'")[:5], len(eval("f'" + "{x}" * 1000 + "'", {"x": 1})))
print(eval("+".join(["1"] * 500)), eval("(" * 80 + "1" + ")" * 80), eval("[" * 80 + "]" * 80) != [], eval("-" * 100 + "1"), eval("x" + "[0]" * 50, {"x": (lambda: [l := [], l.append(l)][0])()}) is not None)
def deep_stack(n): return f"(1, {deep_stack(n - 1)})" if n else "2"
print(eval(deep_stack(60)))
print(max(*range(300)), "{}".format(*range(300)), print(*range(0)))
a, *b = range(1000); print(a, len(b)); exec(", ".join(f"q{i}" for i in range(300)) + " = range(300)"); print(q299)
exec("*first, " + ", ".join(f"q{i}" for i in range(300)) + " = range(302)"); print(first, q299)
