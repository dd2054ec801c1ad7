"""Generators that delegate to each other: values, exceptions and closing go down and up the chain."""
def leaf():
    try:
        while True:
            try:
                got = yield "value"
                print("leaf got", got)
            except ValueError as error:
                print("leaf caught", error)
                yield "caught"
    finally:
        print("leaf done")

def link(inner, name):
    try:
        return (yield from inner)
    finally:
        print(name, "done")

def chain(depth):
    made = leaf()
    for number in range(depth):
        made = link(made, f"link {number}")
    return made

it = chain(3)
print(next(it), it.send(5), it.throw(ValueError("down")))
print(it.gi_yieldfrom.__name__, it.gi_suspended, it.gi_running)
it.close()
print(it.gi_frame, it.gi_yieldfrom)

it = chain(2)
next(it)
try:
    it.throw(KeyError("through"))
except KeyError as error:
    depth, entry = 0, error.__traceback__
    while entry:
        depth, entry = depth + 1, entry.tb_next
    print("out", error, depth)

class Iterator:
    def __iter__(self): return self
    def __next__(self): return "next"
    def throw(self, error): print("thrown", error); return "after throw"
    def close(self): print("closed")

def over(iterator):
    return (yield from iterator)

it = over(Iterator())
print(next(it), it.throw(ValueError("x")))
it.close()
it = over(Iterator()); next(it); del it

def running():
    try:
        next(me)
    except ValueError as error:
        print(error, me.gi_running)
    yield
    yield from over(again())

def again():
    for operation in (lambda: me.close(), lambda: me.throw(TypeError("no"))):
        try:
            operation()
        except ValueError as error:
            print(error)
    yield "end"
me = running()
next(me)
print(next(me))

def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            pass
it = stubborn(); next(it)
outer = over(it); next(outer)
try:
    outer.close()
except RuntimeError as error:
    print(error)

def deep(depth):
    made = iter([1, 2])
    for _ in range(depth):
        made = over(made)
    return made
print(sum(deep(200)))
it = deep(500); next(it); it.close(); print("closed a long chain")
