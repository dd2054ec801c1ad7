"""A running average by send."""
def averager():
    total = n = 0
    average = None
    while True:
        x = yield average
        total += x; n += 1; average = total / n
g = averager(); next(g)
print([g.send(x) for x in (10, 20, 60)])
