"""A recursive-descent calculator with classes and exceptions."""
class Parser:
    def __init__(self, text): self.tokens, self.pos = self.tokenize(text), 0
    @staticmethod
    def tokenize(text):
        out, i = [], 0
        while i < len(text):
            c = text[i]
            if c.isspace(): i += 1
            elif c.isdigit() or c == ".":
                j = i
                while j < len(text) and (text[j].isdigit() or text[j] == "."): j += 1
                out.append(("num", float(text[i:j]))); i = j
            elif c in "+-*/()^": out.append((c, c)); i += 1
            else: raise SyntaxError(f"unexpected {c!r} at {i}")
        return out + [("end", None)]
    def peek(self): return self.tokens[self.pos][0]
    def take(self): self.pos += 1; return self.tokens[self.pos - 1]
    def expr(self):
        v = self.term()
        while self.peek() in "+-":
            v = v + self.term() if self.take()[0] == "+" else v - self.term()
        return v
    def term(self):
        v = self.power()
        while self.peek() in ("*", "/"):
            v = v * self.power() if self.take()[0] == "*" else v / self.power()
        return v
    def power(self):
        base = self.atom()
        if self.peek() == "^": self.take(); return base ** self.power()
        return base
    def atom(self):
        kind, v = self.take()
        if kind == "num": return v
        if kind == "-": return -self.atom()
        if kind == "(":
            v = self.expr()
            if self.take()[0] != ")": raise SyntaxError("missing )")
            return v
        raise SyntaxError(f"unexpected {kind}")
for text in ("1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-4 / (2 - 2)", "10 / 4 - 1.5", "(1", "1 $ 2", "2 * (3 + 4) ^ 2 - -1"):
    try:
        print(text, "=", Parser(text).expr())
    except (SyntaxError, ZeroDivisionError) as error:
        print(text, "->", type(error).__name__, error)
