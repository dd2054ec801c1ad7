"""property: getter, setter, deleter, documentation, inheritance."""
class T:
    def __init__(self): self._c = 0
    @property
    def celsius(self):
        "Degrees."
        return self._c
    @celsius.setter
    def celsius(self, v):
        if v < -273: raise ValueError("too cold")
        self._c = v
    @celsius.deleter
    def celsius(self):
        print("deleted"); self._c = None
    @property
    def readonly(self): return 1
    writeonly = property(None, lambda self, v: print("wrote", v))
t = T(); t.celsius = 20; print(t.celsius, T.celsius.__doc__, T.celsius.fget.__name__)
for bad in ("t.celsius = -300", "t.readonly = 2", "del t.readonly", "t.writeonly", "t.writeonly = 5", "del t.celsius"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
t.__dict__["readonly"] = 99; print(t.readonly)
class Sub(T):
    @T.celsius.getter
    def celsius(self): return "sub"
    @property
    def readonly(self): return super().readonly + 10
print(Sub().celsius, Sub().readonly)
class Raises:
    @property
    def x(self): raise AttributeError("inner")
    def __getattr__(self, name): return f"getattr {name}"
print(Raises().x)
class Lazy:
    def __get__(self, obj, owner): return f"lazy of {owner.__name__}" if obj is None else "lazy"
    def __set_name__(self, owner, name): print("named", name, "in", owner.__name__)
class Uses: z = Lazy()
print(Uses.z, Uses().z)
print(property().__get__(None, int).__class__, property(lambda s: 5).__get__(object()))
p = property(lambda self: 1, doc="given"); print(p.__doc__, p.fset)
