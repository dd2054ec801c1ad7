# What the flags of compile(), feature_version and the modes change.
import ast
import types


def show(label, source, mode="exec", flags=0, **options):
    try:
        made = compile(source, "<file>", mode, flags, True, **options)
    except (SyntaxError, ValueError) as error:
        made = f"{type(error).__name__}: {error}"
    if isinstance(made, types.CodeType):
        made = f"code {made.co_flags:#x} {made.co_names} {[one for one in made.co_consts if not isinstance(one, types.CodeType)]}"
    elif isinstance(made, ast.AST):
        made = ast.dump(made)
    print(label, ascii(source), mode, made)


print("ALLOW_TOP_LEVEL_AWAIT")
for source in ["await x", "async for x in y: pass", "[x async for x in y]", "lambda: await x", "class A: await x", "yield 1"]:
    show("await", source, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
show("await", "await x", "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

print("OPTIMIZED_AST")
for source in ["x = 1 + 2", "assert x", "__debug__", "'%s!' % a", "x in [1, 2]", "'doc'", "match x:\n case 1+2j: pass"]:
    for level in (0, 2):
        show(f"-O{level}", source, flags=ast.PyCF_OPTIMIZED_AST, optimize=level)
for level in (0, 1, 2):
    show(f"-O{level}", "'doc'\nassert x\nif __debug__: y", optimize=level)

print("DONT_IMPLY_DEDENT and ALLOW_INCOMPLETE_INPUT")
for source in ["if x:\n  y", "if x:\n  y\n", "x", "(", "'''", "def f():", "x ="]:
    for flags in (0, 0x200, 0x4000, 0x4200):
        show(hex(flags), source, "single", flags)

print("func_type")
for source in ["() -> int", "(a, *b, **c) -> d", "(**a, *b) -> c", "(a", "# nothing\n(a,) -> b\n\n"]:
    show("tree", source, "func_type", ast.PyCF_ONLY_AST)
show("code", "() -> int", "func_type")

print("type comments")
for source in [
    "x = 1 # type: int", "# type: ignore\nx # type: ignore[a]", "def f(a, # type: int\n  *b # type: str\n ):\n  # type: (...) -> c\n  pass",
    "with a as b: # type: c\n  pass", "for a in b: # type: c\n  pass", "x += 1 # type: int", "class A: # type: b\n  pass", "x = 1 # type:ignore",
    "def f():\n  # type: () -> int\n  pass\nx\ny\nz = = 1",
]:  # fmt: skip
    show("TYPE_COMMENTS", source, flags=ast.PyCF_ONLY_AST | ast.PyCF_TYPE_COMMENTS)

print("the least feature_version")
for source in [
    "1_000", "f'{x}'", "x: int", "async def f(): pass", "(x := 1)", "def f(a, /): pass", "with (a as b): pass", "match x:\n case 1: pass",
    "try: pass\nexcept* x: pass", "x[*a]", "type X = int", "def f[T](): pass", "class A[T = int]: pass", "t'{x}'", "a @ b", "{**a}",
    "try: pass\nexcept a, b: pass", "@x[0].y\ndef f(): pass", "await = 1", "for x in *a, b: pass", "f(a for b in c)", "print(*a, *b)",
]:  # fmt: skip
    accepted, refused = [], ""
    for version in range(3, 15):
        try:
            compile(source, "<file>", "exec", ast.PyCF_ONLY_AST, _feature_version=version)
            accepted.append(version)
        except SyntaxError as error:
            refused = error.msg
    print(ascii(source), accepted[:1], len(accepted), refused)

print("future features")
show("flag", "x: a.b", flags=0x1000000)
show("source", "from __future__ import annotations\nx: a.b")
for source in ["from __future__ import nope", "from __future__ import braces", "x\nfrom __future__ import division", "'a'\n'b'\nfrom __future__ import division"]:  # fmt: skip
    show("source", source)

print("refused")
show("flags", "x", flags=1 << 29)
show("mode", "x", "run")
show("level", "x", optimize=3)
