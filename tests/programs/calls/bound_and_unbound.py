"""Methods bound, unbound, stored, passed."""
class C:
    def m(self, x): return self.n + x
    n = 10
c = C(); m = c.m; u = C.m
print(m(1), u(c, 2), list(map(c.m, [1, 2])), C().m.__self__.n, (lambda f: f(3))(c.m))
c.f = lambda x: x * 2; print(c.f(4))
C.g = lambda self: "from class"; print(c.g())
