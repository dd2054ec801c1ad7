"""Uncaught: the traceback on standard error, with carets."""
import sys
def divide(a, b):
    return (a + 1) / b
def caller(values):
    return [divide(v, 0) for v in values]
def middle():
    return caller([1, 2]) + caller([3])
sys.stdout.write("before\n")
middle()
