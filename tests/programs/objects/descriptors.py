"""Data and non-data descriptors against instance and class attributes."""
class Data:
    def __get__(self, obj, owner=None): return ("data", obj is not None, owner.__name__ if owner else None)
    def __set__(self, obj, value): print("set", value)
    def __delete__(self, obj): print("delete")
class NonData:
    def __get__(self, obj, owner=None): return ("nondata", obj is not None)
class SetOnly:
    def __set__(self, obj, value): obj.__dict__["setonly"] = value * 2
class C:
    data, nondata, setonly = Data(), NonData(), SetOnly()
c = C()
print(c.data, C.data, c.nondata, C.nondata)
c.data = 1; del c.data
c.__dict__["data"] = "shadow"; c.__dict__["nondata"] = "shadow"
print(c.data, c.nondata)
c.setonly = 4; print(c.setonly)
c.nondata = "direct"; print(c.nondata); del c.nondata
C.data = "replaced"; print(c.data, C.data)
class Method:
    def __init__(self, f): self.f = f
    def __get__(self, obj, owner): return lambda *a: self.f(obj, *a)
class D:
    @Method
    def m(self, x): return type(self).__name__, x
print(D().m(5))
def function(self): return self
print(function.__get__(3)(), function.__get__(None, int) is function, type(function.__get__(3)).__name__)
print(type(C.__dict__["setonly"]).__name__, staticmethod(len).__get__(1)("ab"), classmethod(lambda cls: cls.__name__).__get__(5, int)())
class Typed:
    def __set_name__(self, owner, name): self.name = "_" + name
    def __init__(self, kind): self.kind = kind
    def __get__(self, obj, owner): return getattr(obj, self.name) if obj else self
    def __set__(self, obj, value):
        if not isinstance(value, self.kind): raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}")
        setattr(obj, self.name, value)
class Person:
    name, age = Typed(str), Typed(int)
    def __init__(self, name, age): self.name, self.age = name, age
p = Person("Ann", 5); print(p.name, p.age, vars(p))
try:
    p.age = "x"
except TypeError as error:
    print(error)
print(int.__add__.__get__(5)(3), str.join.__get__("-")(["a", "b"]), type(int.__dict__["real"]).__name__, (5).__add__.__self__)
class Bad:
    class Name:
        def __set_name__(self, owner, name): raise ValueError("no")
try:
    class Owner: x = Bad.Name()
except ValueError as error:
    print(error, error.__notes__)
