"""Pickles are the reference's to the byte, and every object comes back."""
import pickle


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return vars(self) == vars(other)


class Slotted:
    __slots__ = ("a", "b")


shared = [1, 2]
values = [None, True, 2**70, -1, 300, 1.5, "é\n", b"\xff", (), (1, 2, 3, 4), {"k": [shared, shared]}, {3}, frozenset("a")]
for protocol in range(6):
    data = pickle.dumps(values, protocol)
    print(protocol, len(data), data[:40], pickle.loads(data) == values)
again = pickle.loads(pickle.dumps(values))
print(again[10]["k"][0] is again[10]["k"][1])
print(pickle.loads(pickle.dumps(Point(1, "two"))) == Point(1, "two"))
slotted = Slotted()
slotted.a = 5
print(pickle.loads(pickle.dumps(slotted)).a)
loop = []
loop.append((loop,))
print(pickle.loads(pickle.dumps(loop))[0][0][0][0].__class__)
buffers = []
data = pickle.dumps(pickle.PickleBuffer(bytearray(b"outside")), 5, buffer_callback=buffers.append)
print(data, bytes(pickle.loads(data, buffers=buffers)))
