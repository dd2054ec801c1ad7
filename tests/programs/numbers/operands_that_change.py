# An expression that has seen floats for a while gives what ints and fractions give when they come.
from fractions import Fraction

OPERANDS = {
    "ints": (1, 2, 3, 4, 4),
    "floats": (1.5, 2.0, 0.5, 3.0, 4.0),
    "mixed": (1.5, 2, 0.5, 3, 4),
    "other mixed": (2, 1.5, 3, 0.5, 4),
    "fractions": (Fraction(1, 3), 2, Fraction(1, 2), 3, 4),
    "bools": (True, 2, False, True, 4),
}
for source in ("a * b + c", "(a * b + c * d) / n", "a - b - c", "a + b", "a // b", "a % b", "a ** b", "a < b", "-a * b"):
    expression = {}
    exec(f"def evaluate(a, b, c, d, n): return {source}", expression)
    evaluate = expression["evaluate"]
    for warm in OPERANDS.values():
        for _ in range(50):
            evaluate(*warm)
        print(source, [evaluate(*operands) for operands in OPERANDS.values()])
