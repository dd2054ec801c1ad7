"""__getattr__, __getattribute__, __setattr__, __delattr__, __dict__, dir."""
class Loud:
    def __getattr__(self, name):
        if name.startswith("dyn"): return f"made {name}"
        raise AttributeError(f"no {name} here")
    def __setattr__(self, name, value):
        print("set", name, value)
        super().__setattr__(name, value)
    def __delattr__(self, name):
        print("del", name)
        object.__delattr__(self, name)
x = Loud()
x.a = 1
print(x.a, x.dynamic, hasattr(x, "zzz"), getattr(x, "zzz", "default"), x.__dict__)
del x.a
try:
    x.a
except AttributeError as error:
    print(error)
class Guard:
    secret = 5
    def __getattribute__(self, name):
        if name == "secret": raise AttributeError("hidden")
        return object.__getattribute__(self, name)
    def __getattr__(self, name): return "fallback " + name
print(Guard().secret, Guard.secret)
class D: pass
d = D()
d.__dict__["weird key"] = 1
d.__dict__ = {"replaced": True}
print(d.replaced, vars(d), getattr(d, "replaced"))
setattr(d, "not an identifier", 3); print(d.__dict__)
print([n for n in dir(d) if not n.startswith("__")], sorted(set(dir(D)) & {"__init__", "__dict__", "__weakref__", "__module__"}))
try:
    d.__dict__ = 5
except TypeError as error:
    print(error)
d.__class__ = type("Other", (), {"hello": lambda self: "hi"})
print(d.hello(), type(d).__name__)
try:
    d.__class__ = int
except TypeError as error:
    print(error)
try:
    d.__class__ = 5
except TypeError as error:
    print(error)
class M:
    def __init__(self): self.x = 1
m = M(); m.__dict__["y"] = 2; m.z = 3; del m.x
print(m.__dict__, list(m.__dict__), "x" in m.__dict__)
m.__dict__.clear(); m.q = 1; print(m.__dict__, m.q)
for i in range(40): setattr(m, f"a{i}", i)
print(sum(getattr(m, f"a{i}") for i in range(40)), len(vars(m)))
