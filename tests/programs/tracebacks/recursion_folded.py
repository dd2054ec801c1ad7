"""Uncaught RecursionError: repeated lines are folded."""
def f(n):
    return f(n + 1)
f(0)
