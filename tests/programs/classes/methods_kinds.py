"""Instance, class and static methods, and how they are called."""
class A:
    def i(self): return "instance"
    @classmethod
    def c(cls): return cls.__name__
    @staticmethod
    def s(x): return x
class B(A): pass
print(A().i(), A.i(A()), A.c(), B.c(), B().c(), A.s(1), B().s(2), type(A.__dict__["c"]).__name__, type(A.i).__name__, type(A().i).__name__)
