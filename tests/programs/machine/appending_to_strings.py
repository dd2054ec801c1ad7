"""s += t in a loop stays linear, and never changes a string that somebody else holds."""
def build(n):
    text = ""
    held = []
    for i in range(n):
        if i % 50_000 == 7:
            held.append(text)
        text += "ab"
    return text, held
text, held = build(200_000)
print(len(text), [len(t) for t in held], set(text) == {"a", "b"})
def aliases():
    a = "xyz" * 3
    b = a
    for _ in range(40):
        a += "!"
        a = a + "?"
    return a, b
print(*aliases())
def mixed():
    s = "a"
    for c in ("b", "é", "€", "😀", "c"):
        for _ in range(10):
            s += c
    return s
print(mixed())
class S(str):
    def __add__(self, other): return "own"
def own():
    s = S("x")
    for _ in range(10):
        s += "y"
    return s
print(own())
