"""Global lookups: shadowing builtins, module dict changes, deletion."""
print(len("abc"))
def use(): return len("abc")
print(use())
len = lambda x: "shadowed"
print(use(), len("abc"))
del len
print(use())
import builtins
builtins.extra = "from builtins"
def get(): return extra
print(get()); extra = "from globals"; print(get()); del extra; print(get()); del builtins.extra
try:
    get()
except NameError as error:
    print(error)
globals()["dynamic"] = 1; print(dynamic); globals().pop("dynamic")
try:
    dynamic
except NameError as error:
    print(error)
counter = 0
def bump():
    global counter
    counter += 1
    return counter
print([bump() for _ in range(3)], counter)
for i in range(5):
    if i == 3: value = "late"
    try: print(value)
    except NameError as error: print(error)
def many():
    for i in range(3):
        globals()[f"g{i}"] = i
    return g0 + g1 + g2
print(many())
old = builtins.print
builtins.print = lambda *a: old("patched", *a)
print("x"); builtins.print = old; print("restored")
