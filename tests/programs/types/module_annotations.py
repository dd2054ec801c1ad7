# Annotations of modules are made when asked for and can be replaced.
import types

module = types.ModuleType("m")
print(module.__annotations__, module.__annotate__)
exec("x: int = 1\ny: undefined", module.__dict__)
print(callable(module.__annotate__))
try:
    module.__annotations__.clear()
    del module.__annotations__
    print(module.__annotations__)
except NameError as error:
    print(error)
module.__annotations__ = {"z": str}
print(module.__annotations__, "__annotate__" in module.__dict__)
for value in (3, ):
    try:
        module.__annotate__ = value
    except TypeError as error:
        print(error)
module.__annotate__ = None
print(module.__annotate__)
