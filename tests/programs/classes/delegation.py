"""A proxy passes everything on, but special methods are looked up on the type."""
class Proxy:
    def __init__(self, o): object.__setattr__(self, "_o", o)
    def __getattr__(self, n): return getattr(self._o, n)
    def __setattr__(self, n, v): setattr(self._o, n, v)
class T: pass
t = T(); p = Proxy(t); p.x = 5; print(t.x, p.x, Proxy([1, 2]).count(1), Proxy("ab").upper())
try: len(Proxy([1]))
except TypeError as e: print(e)
