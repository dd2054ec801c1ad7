"""global and nonlocal statements, also in nested and class scopes."""
x = "module"
def change():
    global x, fresh
    x = "changed"
    fresh = "made"
change()
print(x, fresh)
def outer():
    x = 1
    def middle():
        def inner():
            nonlocal x
            x += 1
            return x
        return inner
    inner = middle()
    return inner(), inner(), x
print(outer())
class Body:
    global from_class
    from_class = 5
    x = "class"
    def method(self):
        return x
    values = [x for _ in range(1)]
print(from_class, Body.x, Body().method(), Body.values)
def unbound():
    print(y)
    y = 1
try:
    unbound()
except UnboundLocalError as error:
    print(error)
def free():
    def inner():
        return late
    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)
    late = 1
    return inner()
print(free())
def deleted():
    z = 1
    del z
    return z
try:
    deleted()
except UnboundLocalError as error:
    print(error)
