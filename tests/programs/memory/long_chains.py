"""Releasing, comparing and walking very long chains does not overflow the machine."""
n = None
for i in range(300_000): n = (n,)
del n
n = []
for i in range(300_000): n = [n]
n = None
d = {}
for i in range(200_000): d = {"k": d}
d = None
class Node:
    def __init__(self, next): self.next = next
head = None
for i in range(200_000): head = Node(head)
head = None
def make(f): return lambda: f
g = None
for i in range(100_000): g = make(g)
g = None
it = iter([])
import itertools
for i in range(50_000): it = itertools.chain(it, [])
it = None
e = None
for i in range(50_000):
    x = ValueError(); x.__context__ = e; e = x
e = x = None
print("released")
deep = []
for i in range(100_000): deep = [deep]
for text in ("repr(deep)", "str(deep)"):
    try:
        eval(text); print("fine", text)
    except RecursionError as error:
        print(text, type(error).__name__)
# How deep these may go depends on the size of native frames: an answer or RecursionError, both are right.
try:
    deep == deep[0]
except RecursionError:
    pass
t = ()
for i in range(100_000): t = (t,)
try:
    hash(t)
except RecursionError:
    pass
import copy, json
for f in (copy.deepcopy, json.dumps):
    try:
        f(deep)
    except RecursionError:
        pass
    print(f.__name__, "ends")
for source in ("(" * 5000 + ")" * 5000, "[" * 100000, "-" * 100000 + "1", "x" + ".x" * 100000, "not " * 50000 + "1", "1" + "+1" * 100000, "lambda: " * 5000 + "1", "f(" * 3000 + ")" * 3000):
    try:
        compile(source, "f", "eval")
    except (RecursionError, SyntaxError, MemoryError) as error:
        pass
print("compiled or refused, and alive")
