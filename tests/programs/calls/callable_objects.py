"""__call__ makes instances callable, with every kind of argument."""
class A:
    def __call__(self, *a, k=0): return a, k
a = A(); print(a(), a(1, k=2), callable(a), callable(5), callable(A), callable(len), list(map(a, [1])))
