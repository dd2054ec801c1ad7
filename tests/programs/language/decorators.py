"""Decorators on functions, methods and classes, stacked and with arguments."""
def trace(label):
    print("making", label)
    def decorate(function):
        print("decorating", function.__name__, "with", label)
        def wrapper(*args, **kwargs):
            print("calling", label, len(args), kwargs)
            return function(*args, **kwargs)
        return wrapper
    return decorate

@trace("outer")
@trace("inner")
def add(a, b=2):
    return a + b
print(add(1), add(1, b=5))

def register(cls):
    cls.registered = True
    return cls

@register
class Service:
    @staticmethod
    def static(x): return x
    @classmethod
    def make(cls, *args): return cls.__name__, args
    @property
    @trace("property")
    def value(self): return 42
print(Service.registered, Service.static(1), Service.make(1, 2), Service().value)
@lambda f: f.__name__
def name_only(): pass
print(name_only)
@[str.upper][0]
@str
@type
class Odd: pass
print(Odd)
