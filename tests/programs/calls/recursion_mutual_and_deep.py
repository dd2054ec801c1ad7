"""A thousand frames deep is nothing special."""
import sys
sys.setrecursionlimit(20000)
def down(n): return 0 if n == 0 else 1 + down(n - 1)
print(down(500), down(10000))
class R:
    def __init__(self, n): self.child = R(n - 1) if n else None
    def depth(self): return 1 + (self.child.depth() if self.child else 0)
print(R(2000).depth())
