"""Where compile() says that a mistake is, and what it refuses besides."""

SOURCES = [
    "x = (1,",
    "if x\n    pass",
    "f(a b)",
    "def f(x):\n    global x",
    "from __future__ import tomorrow",
    "break",
    "x = '\\N{no such name}'",
    "class A:\n    def f(self):\n        nonlocal y",
]
for source in SOURCES:
    try:
        compile(source, "<text>", "exec")
    except SyntaxError as e:
        print(e.msg, e.args[1:], (e.filename, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text))

for arguments in [("1", "f", "exec", 1 << 27), ("1", "f", "exec", 0, 0, 5), ("1", "f", "func_type"), (1, "f", "exec"),
                  ("1", "a\0b", "exec"), ("1\0", "f", "exec"), ("1", "f", 3)]:
    try:
        compile(*arguments)
    except Exception as e:
        print(type(e).__name__, e)

source = "# coding: koi8-r\nx = '\u043f\u0440'\n"
namespace = {}
exec(compile(source.encode("koi8-r"), "f", "exec"), namespace)
print(namespace["x"])
try:
    compile(b"\xef\xbb\xbf# coding: utf8\n", "f", "exec")
except SyntaxError as e:
    print(e.msg, e.filename)
