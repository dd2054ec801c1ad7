"""Attributes, slots and special methods changed after classes exist."""
class A: pass
class B(A): pass
b = B()
A.__len__ = lambda self: 3
print(len(b))
B.__len__ = lambda self: 4
print(len(b))
del B.__len__
print(len(b))
del A.__len__
try:
    len(b)
except TypeError as error:
    print(error)
A.__add__ = lambda self, other: "added"
print(b + 1)
A.__getattr__ = lambda self, name: name * 2
print(b.ab)
A.__call__ = lambda self: "called"
print(b())
A.__iter__ = lambda self: iter([1, 2])
print(list(b), 2 in b, [*b])
A.__iter__ = None
try:
    list(b)
except TypeError as error:
    print(error)
A.__eq__ = lambda self, other: True
print(b == 5, b != 5)
A.__bool__ = lambda self: False
print(bool(b), not b, (b and 1) is b)
A.__bool__ = lambda self: 5
try:
    bool(b)
except TypeError as error:
    print(error)
A.__hash__ = lambda self: 7
print(hash(b))
A.__hash__ = None
try:
    hash(b)
except TypeError as error:
    print(error)
A.__del__ = lambda self: print("del")
del b
class C:
    x = property(lambda self: "prop")
c = C(); print(c.x); C.x = 5; print(c.x); c.x = 6; print(c.x)
C.method = lambda self: "m1"; m = c.method; C.method = lambda self: "m2"; print(m(), c.method())
class D:
    def f(self): return "D.f"
class E(D): pass
e = E()
for i in range(3):
    print(e.f())
    if i == 0: E.f = lambda self: "E.f"
    if i == 1: e.f = lambda: "instance"
print(e.f())
