"""Annotations are kept lazily, in modules, classes and functions; type aliases and parameters."""
x: int = 1
y: "not evaluated" = 2
z: undefined_name
def f(a: int, *args: str, b: list[int] = [], **kw: dict) -> None: pass
print(f.__annotations__)
class C:
    a: int
    b: "str" = "x"
    c: list["C"] = []
print(C.__annotations__)
def lazy(a: nowhere): pass
try:
    lazy.__annotations__
except NameError as error:
    print(error)
type Pair[T] = tuple[T, T]
print(Pair, Pair.__value__, Pair.__type_params__, Pair[int])
def generic[T: int, *Ts, **P](x: T) -> T: return x
print(generic.__type_params__, generic.__type_params__[0].__bound__, generic(5))
class Box[T = str]:
    def get(self) -> T: ...
print(Box.__type_params__, Box[int], Box.__orig_bases__, Box.__type_params__[0].__default__)
print(int | str, int | None, isinstance(1, int | str), list[int], dict[str, list[int]].__args__)
(w): int = 3
