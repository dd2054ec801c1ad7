"""Recursive generators flatten a nested list."""
def flatten(x):
    for i in x:
        if isinstance(i, list): yield from flatten(i)
        else: yield i
print(list(flatten([1, [2, [3, [4, []], 5]], 6])))
