"""The same instruction with changing types: specialised forms must fall back and come back."""
def add(a, b): return a + b
for _ in range(50): add(1, 2)
print(add(1.5, 2), add("a", "b"), add([1], [2]), add(2**62, 2**62), add(1, True))
for _ in range(50): add("x", "y")
print(add(1, 2), add((1,), (2,)), add(-2**62, -2**62))
def attr(o): return o.x
class A:
    def __init__(self): self.x = "A.x"
class B:
    x = "B.x"
class C:
    __slots__ = ("x",)
class D:
    @property
    def x(self): return "D.x"
class E:
    def __getattr__(self, name): return "E." + name
c = C(); c.x = "C.x"
import types; module = types.ModuleType("m"); module.x = "module.x"
objects = [A(), B(), c, D(), E(), module, B]
for o in objects:
    for _ in range(30): attr(o)
print([attr(o) for o in objects])
a = A()
for _ in range(30): attr(a)
a.y = 1; print(attr(a)); a.x = "changed"; print(attr(a)); A.x = property(lambda s: "now a property"); print(attr(a)); del A.x; print(attr(a)); del a.x
try:
    attr(a)
except AttributeError as error:
    print(error)
def call(f, *a): return f(*a)
def direct(f): return f(3)
for f in (abs, lambda x: x + 1, str, A().__init__.__class__ and (lambda x: [x]), type, [].append, int, "abc".count if False else len.__class__):
    try:
        for _ in range(20): r = direct(f)
        print(r)
    except TypeError as error:
        print(error)
def item(c, k): return c[k]
for c, k in (([1, 2], 1), ({"k": 5}, "k"), ("abc", 1), ((7, 8), -1), (range(5), 2), (b"xy", 0), ({1: 2}, 1), (type("G", (), {"__getitem__": lambda s, k: ("G", k)})(), 9)):
    for _ in range(20): r = item(c, k)
    print(r)
def iterate(c): return [x for x in c]
for c in ([1, 2], (1, 2), range(2), {1: 2}, "ab", {3}, (x for x in [5]), iter([6])): 
    print(iterate(c))
def compare(a, b): return a < b, a == b, a != b, a >= b
for a, b in ((1, 2), (1.5, 1.5), ("a", "b"), (2**70, 1), (1, 2.5), ([1], [2]), ((1,), (1,)), (True, 1)):
    for _ in range(20): r = compare(a, b)
    print(r)
def store(o, v): o.v = v
class S1: pass
class S2: __slots__ = ("v",)
for o in (S1(), S2(), S1()):
    for i in range(20): store(o, i)
    print(o.v)
def glob(): return changing
changing = 1
for _ in range(20): glob()
changing = 2; print(glob()); import builtins; del changing; builtins.changing = "built in"; print(glob()); changing = 3; print(glob()); del builtins.changing
def truth(x): return "yes" if x else "no"
for x in (1, 0, "", "a", [], [0], None, 0.0, True, False, {}, object, 2**80, type("F", (), {"__bool__": lambda s: False})()):
    for _ in range(12): r = truth(x)
    print(r, end=" ")
print()
def contains(x, c): return x in c
for x, c in ((1, [1]), (1, {1}), ("a", "abc"), (1, {1: 1}), (5, (1, 2)), (3, range(5))):
    for _ in range(12): r = contains(x, c)
    print(r, end=" ")
print()
def unpack(t):
    a, b = t
    return b, a
for t in ((1, 2), [3, 4], "xy", {5: 0, 6: 0}, iter([7, 8])):
    if isinstance(t, (tuple, list, str)):
        for _ in range(12): unpack(t)
    print(unpack(t), end=" ")
print()
def loop_total(n):
    t = 0
    for i in range(n): t += i
    return t
print([loop_total(n) for n in (10, 100, 1000)], loop_total(100_000))
class Callable:
    def __call__(self, x): return ("called", x)
class WithInit:
    def __init__(self, x): self.x = x
for f in (Callable(), WithInit):
    for _ in range(20): r = direct(f)
    print(getattr(r, "x", r))
WithInit.__init__ = lambda self, x: setattr(self, "x", x * 10); print(direct(WithInit).x)
