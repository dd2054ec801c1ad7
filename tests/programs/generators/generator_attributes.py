"""gi_frame, gi_running, gi_yieldfrom, names and reprs."""
def inner(): yield
def g(): yield from inner()
it = g(); print(it.gi_frame is not None, it.gi_running, it.gi_yieldfrom, it.gi_suspended); next(it); print(it.gi_yieldfrom.__name__, it.gi_suspended, it.__name__, it.__qualname__); it.__name__ = "renamed"; print(repr(it).split(" at ")[0]); it.close(); print(it.gi_frame, it.gi_yieldfrom)
