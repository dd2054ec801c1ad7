"""__getattr__ is asked last, __getattribute__ first."""
class A:
    real = 1
    def __getattr__(self, n): return "made " + n
a = A(); print(a.real, a.other, getattr(a, "x y")); a.other = 2; print(a.other)
class B:
    def __getattribute__(self, n): return "always " + n
print(B().anything, B().__class__, type(B()).__name__)
