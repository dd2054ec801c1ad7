"""Closures share cells; cells outlive their frame."""
def counter():
    count = 0
    def increment(by=1):
        nonlocal count
        count += by
        return count
    def value():
        return count
    return increment, value
inc, val = counter()
inc(); inc(5)
print(val(), inc.__closure__[0].cell_contents, inc.__code__.co_freevars)
inc2, val2 = counter()
print(inc2(), val())
def chain(n):
    return (lambda: chain(n - 1)() + n) if n else (lambda: 0)
print(chain(10)())
def late():
    def early(): return value
    value = "set later"
    return early()
print(late())
def argument_cell(x, y):
    def f(): return x + y
    x *= 10
    return f
print(argument_cell(1, 2)())
cell = inc.__closure__[0]
cell.cell_contents = 100
print(val())
del cell.cell_contents
try:
    val()
except NameError as error:
    print(error)
try:
    cell.cell_contents
except ValueError as error:
    print(error)
def class_cell():
    class A:
        def me(self): return __class__
    return A
print(class_cell()().me().__name__)
def deep():
    a = 1
    def m():
        b = 2
        def n():
            c = 3
            def o(): return a, b, c
            return o
        return n
    return m()()()
print(deep())
