"""str falls back to repr; containers use repr; format uses str."""
class A:
    def __repr__(self): return "A()"
class B(A):
    def __str__(self): return "b"
print(A(), str(A()), [A()], B(), repr(B()), [B()], f"{B()} {B()!r}", "%s %r" % (B(), B()), {"k": B()}, (B(),))
