"""match: every kind of pattern."""
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Color:
    RED = "red"
def what(v):
    match v:
        case 0: return "zero"
        case -1 | -2: return "small negative"
        case 1.5: return "one and a half"
        case 2 + 3j: return "complex"
        case "text": return "text"
        case b"bytes": return "bytes"
        case None: return "none"
        case True: return "true"
        case Color.RED: return "dotted name"
        case []: return "empty sequence"
        case [x]: return f"one {x}"
        case [1, x, *rest]: return f"starts with 1: {x} {rest}"
        case [[a, b], *_]: return f"nested {a} {b}"
        case (x, y) if x == y: return f"equal pair {x}"
        case (str() as s, int(n)): return f"str and int {s} {n}"
        case {"kind": "circle", "r": r}: return f"circle {r}"
        case {"kind": k, **rest}: return f"kind {k} {rest}"
        case {}: return "some mapping"
        case Point(0, 0): return "origin"
        case Point(x=0, y=y): return f"on y axis {y}"
        case Point(x, y=yy): return f"point {x} {yy}"
        case int(n) | float(n): return f"number {n}"
        case str(s) if len(s) > 5: return f"long {s}"
        case [*_, last]: return f"ends with {last}"
        case _: return "something else"
for v in (0, -2, 1.5, 2 + 3j, "text", b"bytes", None, True, False, "red", [], (), [7], [1, 2, 3, 4], [[1, 2], 3], (4, 4), ("a", 5), {"kind": "circle", "r": 2, "z": 1}, {"kind": "sq", "w": 3}, {"a": 1}, {}, Point(0, 0), Point(0, 5), Point(3, 4), 42, 4.5, "longer text", "short", (9, 8, 7), {1, 2}, range(3), 1.0, 0.0, iter([1])):
    print(repr(v) if not isinstance(v, Point) and "iterator" not in repr(v) else type(v).__name__, "->", what(v))
