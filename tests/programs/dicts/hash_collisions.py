"""Keys with the same hash are told apart by equality."""
class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return 42
    def __eq__(self, o): return self.n == o.n
    def __repr__(self): return f"K{self.n}"
d = {K(i): i for i in range(50)}; print(len(d), d[K(25)], K(51) in d); del d[K(10)]; print(len(d), K(10) in d, d.pop(K(0)), list(d)[:3])
