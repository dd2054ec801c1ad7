"""sys.exc_info and sys.exception inside and outside of handlers."""
import sys
print(sys.exc_info(), sys.exception())
try: 1 / 0
except ZeroDivisionError:
    print(sys.exc_info()[0].__name__, sys.exception())
    try: {}[1]
    except KeyError: print(repr(sys.exception()))
    print(repr(sys.exception()))
print(sys.exception())
def g():
    try: yield sys.exception()
    finally: pass
try: raise ValueError("v")
except ValueError: print(repr(next(g())))
