"""The singletons: repr, truth, identity, type."""
print(..., None, NotImplemented)
print(Ellipsis is ..., type(...), type(None), type(NotImplemented))
print(bool(...), bool(None))
try:
    bool(NotImplemented)
except TypeError as error:
    print(error)
for kind in (type(...), type(None), type(NotImplemented)):
    print(kind() in (..., None, NotImplemented) if kind is not type(NotImplemented) else kind() is NotImplemented)
try:
    None.x = 1
except AttributeError as error:
    print(error)
try:
    None()
except TypeError as error:
    print(error)
try:
    None[0]
except TypeError as error:
    print(error)
try:
    type(None)(1)
except TypeError as error:
    print(error)
