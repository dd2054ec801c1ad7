"""typing: generics, protocols, TypedDict, NamedTuple, get_type_hints."""
import typing as t
T = t.TypeVar("T")
class Stack(t.Generic[T]):
    def push(self, x: T) -> None: ...
print(Stack[int], t.get_type_hints(Stack.push), t.Optional[int], t.Union[int, str, int], t.List[int], t.Callable[[int], str], t.Literal[1, "a"], t.get_origin(t.Dict[str, int]), t.get_args(t.Dict[str, int]), t.Any, t.ClassVar[int], t.Annotated[int, "meta"].__metadata__, T, t.Tuple[int, ...])
class Proto(t.Protocol):
    def close(self) -> None: ...
R = t.runtime_checkable(Proto)
print(isinstance(open(__file__), R), isinstance(5, R))
class TD(t.TypedDict, total=False):
    a: int
    b: t.Required[str]
print(TD(a=1), TD.__required_keys__, TD.__optional_keys__)
class NT(t.NamedTuple):
    x: int
    y: str = "d"
print(NT(1), NT.__annotations__, NT(1)._asdict())
U = t.NewType("U", int); print(U(5), U.__name__, t.cast(str, 5), t.overload and t.final(int) if False else "")
def f(a: "int", b: t.Optional["str"] = None) -> "list[int]": ...
print(t.get_type_hints(f), t.no_type_check(f) is f, t.TYPE_CHECKING, t.assert_type(1, int))
for bad in ("t.List[int, str]", "t.Union[()]", "t.Optional[1, 2]", "Stack[int, str]", "isinstance(1, t.List[int])", "t.Any()", "t.ClassVar[t.ClassVar[int]]", "class X(t.Union): pass"):
    try:
        exec(bad); print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
