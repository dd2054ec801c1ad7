"""throw with a class, an instance, arguments; into a delegating generator."""
def g():
    while True:
        try: yield "waiting"
        except ValueError as e: print("got", repr(e), e.args)
it = g(); next(it)
it.throw(ValueError); it.throw(ValueError("x")); 
def d(): yield from g()
it = d(); next(it); it.throw(ValueError("deep"))
try: it.throw(KeyError("out"))
except KeyError as e: print("out", e)
try: it.throw(5)
except TypeError as e: print(e)
