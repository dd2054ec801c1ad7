"""Uncaught SyntaxError from compile, with its line and caret."""
source = """def f():
    x = 1
    return x +* 2
"""
exec(compile(source, "made_up.py", "exec"))
