"""__eq__ without __hash__ makes unhashable; both make keys."""
class P:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return isinstance(o, P) and self.x == o.x
class H(P):
    def __hash__(self): return hash(self.x)
print(P(1) == P(1), P(1) != P(2), P(1) == 1, len({H(1), H(1), H(2)}), {H(1): "v"}[H(1)])
try: {P(1)}
except TypeError as e: print(e)
