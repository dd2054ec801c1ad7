"""What is evaluated before what."""
def say(name, value=None):
    print(name, end=" ")
    return value if value is not None else name

class Box(dict):
    pass
say("a"), say("b"); print()
{say("k1"): say("v1"), say("k2"): say("v2")}; print()
def f(*args, **kwargs): return len(args)
f(say("p1"), *[say("star")], say("p2"), k=say("kw"), **{say("dd"): 1}); print()
box = Box()
box[say("key")] = say("value"); print()
say("l", 1) + say("r", 2) * say("x", 3); print()
(say("true") if say("cond") else say("false")); print()
box[say("i")], box[say("j")] = say("one"), say("two"); print()
[say(i, i) for i in say("iter", [1, 2]) if say("if", 1)]; print()
lambda d=say("default"): 0; print()
@(say("decorator"), lambda g: g)[1]
def g(a=say("da"), *, b=say("kwb")) -> say("never"): pass
print()
say("obj", box).get(say("arg")); print()
say("x", 1) < say("y", 2) < say("z", 0) < say("never"); print()
assert say("assert")
print()
