"""Generators feed generators."""
def numbers(n):
    for i in range(n): yield i
def evens(it):
    for x in it:
        if x % 2 == 0: yield x
def squared(it): return (x * x for x in it)
print(list(squared(evens(numbers(10)))))
