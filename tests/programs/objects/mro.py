"""C3 linearisation, diamonds, cooperative super."""
class A:
    def who(self): return ["A"]
class B(A):
    def who(self): return ["B"] + super().who()
class C(A):
    def who(self): return ["C"] + super().who()
class D(B, C):
    def who(self): return ["D"] + super().who()
print(D().who(), [c.__name__ for c in D.mro()])
class X(A): pass
class Y(A): pass
class Z(X, Y): pass
class W(Z, D): pass
print([c.__name__ for c in W.__mro__])
try:
    class Bad(A, B): pass
except TypeError as error:
    print(error)
class Mixin:
    def who(self): return ["Mixin"] + super().who()
class Mixed(Mixin, D): pass
print(Mixed().who())
s = super(D, D())
print(s.who(), s.__thisclass__, s.__self_class__.__name__)
class E(A):
    @classmethod
    def make(cls): return cls.__name__
class F(E):
    @classmethod
    def make(cls): return "F" + super().make()
print(F.make(), F().make())
try:
    super(B, A()).who()
except TypeError as error:
    print(error)
def outside():
    super().x
try:
    outside()
except RuntimeError as error:
    print(error)
B.__bases__ = (C,)
print([c.__name__ for c in B.__mro__], B().who())
try:
    A.__bases__ = (B,)
except TypeError as error:
    print(error)
