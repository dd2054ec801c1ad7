"""finally runs when a generator is closed, exhausted or dropped."""
def g(n):
    try:
        yield 1
        yield 2
    finally: print("finally", n)
a = g("exhausted"); list(a)
b = g("closed"); next(b); b.close()
c = g("dropped"); next(c); c = None
d = g("never started"); d.close(); print("end")
