"""super() in methods, class methods, nested functions, comprehensions, properties."""
class A:
    def f(self): return "A.f"
    @classmethod
    def c(cls): return "A.c " + cls.__name__
    @property
    def p(self): return "A.p"
    @staticmethod
    def s(): return "A.s"
class B(A):
    def f(self): return super().f() + " B.f"
    @classmethod
    def c(cls): return super().c() + " B.c"
    @property
    def p(self): return super().p + " B.p"
    def nested(self): return (lambda: super(B, self).f())()
    def comp(self): return [super(B, self).s() for _ in range(1)]
    def arg(this): return super().f()
b = B(); print(b.f(), b.c(), B.c(), b.p, b.nested(), b.comp(), b.arg(), super(B, b).f(), super(B, B).c())
