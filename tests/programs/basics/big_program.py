"""A little of everything: words are counted, primes sifted, a matrix multiplied, a queue simulated."""
text = "the cat and the dog and the bird"
counts = {}
for word in text.split():
    counts[word] = counts.get(word, 0) + 1
print(sorted(counts.items(), key=lambda p: (-p[1], p[0])))
sieve = [True] * 50
for i in range(2, 50):
    if sieve[i]:
        for j in range(i * i, 50, i):
            sieve[j] = False
print([i for i in range(2, 50) if sieve[i]])
a = [[1, 2], [3, 4]]
b = [[0, 1], [1, 0]]
print([[sum(a[i][k] * b[k][j] for k in range(2)) for j in range(2)] for i in range(2)])
queue, served = list(range(10)), []
while queue:
    served.append(queue.pop(0))
    if queue:
        queue.append(queue.pop(0))
print(served)
def quicksort(items):
    if len(items) < 2:
        return items
    pivot, *rest = items
    return quicksort([x for x in rest if x < pivot]) + [pivot] + quicksort([x for x in rest if x >= pivot])
print(quicksort([3, 6, 1, 8, 2, 9, 2]))
class Stack:
    def __init__(self): self._items = []
    def push(self, x): self._items.append(x); return self
    def pop(self): return self._items.pop()
    def __len__(self): return len(self._items)
    def __iter__(self): return reversed(self._items)
s = Stack().push(1).push(2).push(3)
print(list(s), s.pop(), len(s))
def evaluate(tokens):
    stack = Stack()
    for t in tokens.split():
        if t in "+-*":
            y, x = stack.pop(), stack.pop()
            stack.push({"+": x + y, "-": x - y, "*": x * y}[t])
        else:
            stack.push(int(t))
    return stack.pop()
print(evaluate("3 4 + 2 * 7 -"))
