"""__iter__, __next__, __getitem__, __len__, __contains__, __reversed__."""
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))
class Seq:
    def __getitem__(self, i):
        if i < 3: return i * i
        raise IndexError
    def __len__(self): return 3
print(list(It(3)), 2 in It(3), list(Seq()), 4 in Seq(), list(reversed(Seq())), [*Seq()], max(Seq()), dict(enumerate(Seq())), tuple(It(2)), sum(Seq()))
a, b, c = Seq(); print(a, b, c)
