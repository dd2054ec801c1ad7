"""Augmented assignment evaluates its target once, and uses __iadd__ where there is one."""
def index():
    print("index")
    return 0

def container():
    print("container")
    return items

items = [10, 20]
container()[index()] += 5
print(items)

class Accumulator:
    def __init__(self):
        self.seen = []
    def __iadd__(self, other):
        self.seen.append(other)
        return self

a = b = Accumulator()
a += 1
a += "x"
print(a is b, b.seen)
first = second = [1]
first += (2, 3)
print(second)
first = first + [4]
print(second, first)
t = ([],)
try:
    t[0] += [1]
except TypeError as error:
    print(error, t)
class Holder: pass
h = Holder()
h.value = 1
h.value *= 7
print(h.value)
