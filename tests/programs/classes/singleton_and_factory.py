"""__new__ decides what comes out."""
class S:
    _i = None
    def __new__(cls):
        if cls._i is None: cls._i = super().__new__(cls)
        return cls._i
print(S() is S())
class Shape:
    def __new__(cls, kind): return object.__new__({"circle": Circle, "square": Square}[kind])
    def __init__(self, kind): self.kind = kind
class Circle(Shape): pass
class Square(Shape): pass
print(type(Shape("circle")).__name__, Shape("square").kind)
