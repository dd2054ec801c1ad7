"""`__builtins__` may be any mapping, and code that is not optimised may be called like a function."""
from types import CodeType, FunctionType, MappingProxyType


def attempt(source, namespace):
    try:
        exec(source, namespace)
        print("fine", {name: value for name, value in namespace.items() if name != "__builtins__"})
    except Exception as error:
        print(type(error).__name__, error)


class Answers(dict):
    def __getitem__(self, name):
        return dict.__getitem__(self, name) if name in self else f"<{name}>"


class Refuses(dict):
    def __getitem__(self, name):
        raise OverflowError(name)


for builtins in (MappingProxyType({"shout": str.upper}), Answers(shout=str.upper), Refuses(), {}, 123):
    attempt("x = shout('a')", {"__builtins__": builtins})
    attempt("class C: pass", {"__builtins__": builtins})
    attempt("import math", {"__builtins__": builtins})


class Name:
    """Equals a name without being a string."""

    def __init__(self, text): self.text = text
    def __hash__(self): return hash(self.text)
    def __eq__(self, other): return other == self.text


attempt("y = answer", {"__builtins__": {Name("answer"): 42}})
attempt("it = iter('ab').__reduce__()", {"__builtins__": {"iter": iter}})

code: CodeType = compile("z = 1\nw = z + 1", "<code>", "exec")
namespace = {}
print(FunctionType(code, namespace)(), namespace["z"], namespace["w"])
