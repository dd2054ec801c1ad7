"""A sys.excepthook of one's own, and an error inside it."""
import sys
def hook(kind, value, trace):
    print("hook:", kind.__name__, value, trace.tb_lineno)
sys.excepthook = hook
raise KeyError("unhandled")
