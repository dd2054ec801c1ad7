"""A round-robin scheduler of generators."""
def task(name, n):
    for i in range(n):
        print(name, i)
        yield
queue = [task("a", 2), task("b", 3), task("c", 1)]
while queue:
    t = queue.pop(0)
    try: next(t); queue.append(t)
    except StopIteration: print("one done")
