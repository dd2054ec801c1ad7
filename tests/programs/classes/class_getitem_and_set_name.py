"""__class_getitem__, __set_name__, __init_subclass__."""
class A:
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"
class D:
    def __set_name__(self, owner, name): self.name = f"{owner.__name__}.{name}"
class B(A): field = D(); other = D()
print(A[int], B["x", 1], B.field.name, B.other.name)
class P:
    subs = []
    def __init_subclass__(cls, **kw): P.subs.append((cls.__name__, kw))
class Q(P, flag=True): pass
print(P.subs)
