"""A decorator wraps a function."""
def twice(f):
    def wrapper(*args):
        return f(*args), f(*args)
    return wrapper
@twice
def add(a, b):
    return a + b
print(add(1, 2))
