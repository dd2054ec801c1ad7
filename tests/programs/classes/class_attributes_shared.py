"""A mutable class attribute is shared until an instance shadows it."""
class A:
    shared = []
    n = 0
a, b = A(), A(); a.shared.append(1); a.n += 5; print(b.shared, b.n, a.n, A.n, a.__dict__)
