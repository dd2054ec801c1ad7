"""Reflected operators, NotImplemented, subclass priority, in-place fallback."""
log = []
class L:
    def __add__(self, o): log.append("L.add"); return NotImplemented
    def __radd__(self, o): log.append("L.radd"); return "radd"
    def __sub__(self, o): log.append("L.sub"); return "sub"
    def __eq__(self, o): log.append("L.eq"); return NotImplemented
    def __lt__(self, o): log.append("L.lt"); return NotImplemented
    def __gt__(self, o): log.append("L.gt"); return "gt"
class R:
    def __radd__(self, o): log.append("R.radd"); return NotImplemented
    def __rsub__(self, o): log.append("R.rsub"); return "rsub"
    def __eq__(self, o): log.append("R.eq"); return NotImplemented
    def __gt__(self, o): log.append("R.gt"); return "R gt"
class S(L):
    def __radd__(self, o): log.append("S.radd"); return "S radd"
    def __rsub__(self, o): log.append("S.rsub"); return "S rsub"
    def __gt__(self, o): log.append("S.gt"); return "S gt"
def attempt(text):
    log.clear()
    try:
        result = eval(text)
    except TypeError as error:
        result = f"TypeError {error}"
    print(text, "->", result, log)
l, r, s = L(), R(), S()
for text in ("l + r", "l + l", "1 + l", "l + 1", "l + s", "s + l", "l - r", "l - s", "1 - r", "l == r", "l == l", "l == s", "l != r", "l < r", "l < s", "l > r", "l < l", "l < 1", "1 < l", "1 + r", "'a' + l", "[] + l", "None + r"):
    attempt(text)
class I:
    def __init__(self, n): self.n = n
    def __iadd__(self, o): log.append("iadd"); return NotImplemented
    def __add__(self, o): log.append("add"); return I(self.n + o)
    def __isub__(self, o): return 5
i = I(1); i += 2; print(i.n, log); i -= 1; print(i)
for bad in ("1 + 'a'", "'a' + 1", "[] + ()", "1 - []", "{} | 1", "'a' * 'b'", "None < None", "[] < ()", "1 < 'a'", "{} < {}", "1j < 2j", "-'a'", "~1.5", "+[]", "'a' - 'b'", "(1,) + [1]", "b'' + ''", "'' + b''", "object() + 1", "1 ** 'a'", "1 @ 2", "'%d' % 'a'", "[1] * 1.5", "1 // []", "1 % ''", "1 << 1.0", "1 & 1.0", "divmod(1, '')", "x = 1\nx += 'a'", "x = []\nx += 1", "x = 1\nx **= ''"):
    try:
        exec(bad)
    except TypeError as error:
        print(repr(bad), "->", error)
