"""Classes made in functions and loops are different classes."""
def make(n):
    class C:
        value = n
        def get(self): return n, self.value
    return C
A, B = make(1), make(2); print(A().get(), B().get(), A is B, A.__qualname__, isinstance(A(), B))
cs = [type(f"C{i}", (), {"i": i}) for i in range(3)]; print([c().i for c in cs], [c.__name__ for c in cs])
