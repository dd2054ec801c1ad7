"""A binary search tree, a trie and a linked list."""
class Node:
    def __init__(self, k): self.k, self.l, self.r = k, None, None
def insert(n, k):
    if n is None: return Node(k)
    if k < n.k: n.l = insert(n.l, k)
    elif k > n.k: n.r = insert(n.r, k)
    return n
def walk(n):
    if n:
        yield from walk(n.l); yield n.k; yield from walk(n.r)
root = None
for k in (50, 30, 70, 20, 40, 60, 80, 30): root = insert(root, k)
print(list(walk(root)))
trie = {}
for w in ("car", "card", "cat", "dog"):
    t = trie
    for c in w: t = t.setdefault(c, {})
    t["$"] = True
def words(t, p=""):
    for c, s in t.items():
        if c == "$": yield p
        else: yield from words(s, p + c)
print(list(words(trie)))
class L:
    __slots__ = ("v", "n")
    def __init__(self, v, n): self.v, self.n = v, n
head = None
for i in range(5): head = L(i, head)
prev = None
while head: head.n, prev, head = prev, head, head.n
out = []
while prev: out.append(prev.v); prev = prev.n
print(out)
