"""What a generator raises comes out of next; afterwards it is finished."""
def g():
    yield 1
    raise ValueError("inside")
it = g(); print(next(it))
try: next(it)
except ValueError as e: print(e)
print(next(it, "finished"))
