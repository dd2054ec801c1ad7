"""The same seed gives the same sequence, whatever kind of object it is."""
import random

for seed in (5, -5, 2**100, 2.5, "text", b"bytes", True):
    r = random.Random(seed)
    print(repr(seed), r.random(), r.getrandbits(70), r.randint(1, 10**20))
r = random.Random(1)
state = r.getstate()
first = [r.random() for _ in range(3)]
r.setstate(state)
print(first == [r.random() for _ in range(3)])
items = list(range(10))
r.shuffle(items)
print(items, r.sample(range(1000), 4), r.gauss(0, 1))
