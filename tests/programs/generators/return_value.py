"""The value of return arrives in StopIteration and in yield from."""
def inner(): yield 1; return "value"
def outer(): r = yield from inner(); yield r
print(list(outer()))
it = inner(); next(it)
try: next(it)
except StopIteration as s: print(s.value, s.args)
