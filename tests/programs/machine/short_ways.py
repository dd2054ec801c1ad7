"""Where common cases take a shorter way, the uncommon ones must still take the long one."""
import base64, binascii, collections, gc, pickle

# A tuple keeps its hash; one that can not be hashed says so each time.
class Counted:
    asked = 0
    def __hash__(self):
        Counted.asked += 1
        return 7
key = (Counted(), 'a')
print(hash(key) == hash(key) == hash((key[0], 'a')), Counted.asked)
for _ in range(2):
    try:
        hash(([], 1))
    except TypeError as error:
        print(error)

# Bound native methods and native classes called in loops, and what replaces them.
def calls(function, values):
    return [function(value) for value in values]
items = []
print(calls(items.append, range(3)), items, calls(str, [1, 'x', None]), calls(int, ['12', ' 7 ', '-3', 2.9]))
class Text(str):
    def __new__(cls, value):
        return 'made of ' + str.__new__(str, value)
print(calls(Text, 'ab'), calls(tuple, ['ab', (1,)]), calls(len, ['abc', ()]))
try:
    calls(int, ['12', '1_', 'x'])
except ValueError as error:
    print(error)

# Counting into a mapping that stores in its own way.
class Loud(collections.Counter):
    def __setitem__(self, key, value):
        super().__setitem__(key, value * 10)
print(collections.Counter('abca'), Loud('aa'))

# Dicts that change while they are read.
d = {1: 1, 2: 2}
try:
    for k in d:
        d[k + 10] = 0
except RuntimeError as error:
    print(error)
print(list(d), list(d.keys()), list(d.values()), list(d.items()), {**d, 1: 'new'}, dict(**{'a': 1}, b=2))

# Sets: an equality that empties the set.
class Emptying:
    def __init__(self, target): self.target = target
    def __hash__(self): return 1
    def __eq__(self, other):
        self.target.clear()
        return False
s = set()
s.add(Emptying(s))
s.add(Emptying(s))
print(len(s) <= 2, {1, 2, 3}.intersection([2, 5], (2,)), {1, 2, 3}.difference([1]), {1}.intersection(), {1} ^ {2})

# Classes without an attribute, numbers and lines as text.
print(getattr(int, '__nope__', 'no'), hasattr(int, 'real'), '%d %s %5d %s' % (3, 4, 5, 'x'), f'{7:03d} {True:>5}')
print('a\nb\r\nc\x1cd'.splitlines(), 'a\r\n'.splitlines(True), 'Hello wOrld'.title(), 'x9Y'.capitalize(), 'A1'.isidentifier())
print('\u00e9'.encode(), b'\xc3\xa9'.decode(), 'abc'.encode('utf-8'), sum([1, 2, 3]), sum([2 ** 62, 2 ** 62]), sum([1, 2.5]))
print(binascii.hexlify(b'\x01\xff'), base64.b16decode(b'01FF'), base64.b64encode(b'hello'), list(zip('ab', [1, 2], 'xyz')))
try:
    binascii.unhexlify('0g')
except binascii.Error as error:
    print(error)

# Pickles that refer to what they have written, many times over.
shared = ['s']
deep = [[shared, (shared, i), {'k': shared}] for i in range(300)]
back = pickle.loads(pickle.dumps(deep))
print(back == deep, back[0][0] is back[299][1][0], len({id(row[0]) for row in back}))

# Cycles go, and what is reached from outside stays.
class Node:
    gone = 0
    def __del__(self): Node.gone += 1
kept = Node()
kept.own = [kept, (kept,)]
for _ in range(50):
    node = Node()
    node.own = {'self': node, 'kept': kept}
del node
gc.collect()
print(Node.gone, kept.own[1][0] is kept)
