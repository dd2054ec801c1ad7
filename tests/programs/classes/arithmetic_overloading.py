"""Operators on a class, reflected, in place and unary."""
class M:
    def __init__(s, v): s.v = v
    def __add__(s, o): return M(s.v + (o.v if isinstance(o, M) else o))
    __radd__ = __add__
    def __sub__(s, o): return M(s.v - o)
    def __rsub__(s, o): return M(o - s.v)
    def __imul__(s, o): s.v *= o; return s
    def __neg__(s): return M(-s.v)
    def __invert__(s): return M(~s.v)
    def __pow__(s, o): return M(s.v ** o)
    def __rpow__(s, o): return M(o ** s.v)
    def __lshift__(s, o): return "shift"
    def __and__(s, o): return "and"
    def __rmatmul__(s, o): return "rmatmul"
    def __repr__(s): return f"M({s.v})"
m = M(3); print(m + 1, 1 + m, m + m, m - 1, 10 - m, -m, ~m, m ** 2, 2 ** m, m << 1, m & 1, 1 @ m, sum([m, m])); k = m; k *= 5; print(k, m)
