"""Calls as arguments of calls, twenty deep."""
def inc(n): return n + 1
print(inc(inc(inc(inc(inc(0))))), max(min(3, 5), abs(-4), len("ab")), str(int(str(int("7")))))
