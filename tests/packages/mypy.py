"""mypy's pure-Python wheel: checks a small file with typical mistakes, in normal and strict mode."""
import contextlib
import pathlib
import tempfile

from mypy import api

PROGRAM = '''\
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, Literal, NamedTuple, Protocol, TypedDict, TypeVar, overload

T = TypeVar("T")


class Colour(Enum):
    RED = 1
    BLUE = 2


@dataclass
class Item:
    name: str
    price: float = 0.0
    tags: list[str] = field(default_factory=list)


class Movie(TypedDict, total=False):
    title: str
    year: int


class Place(NamedTuple):
    x: int
    y: int = 0


class Speaks(Protocol):
    def speak(self, times: int) -> str: ...


class Dog:
    def speak(self, times: int) -> str:
        return "woof" * times


class Stone:
    def speak(self) -> None: ...


class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def pop(self) -> T:
        return self.items.pop()


def first[S: (int, str)](values: list[S]) -> S | None:
    return values[0] if values else None


@overload
def double(value: int) -> int: ...
@overload
def double(value: str) -> str: ...
def double(value: int | str) -> int | str:
    return value * 2


def hear(thing: Speaks) -> None:
    print(thing.speak(2))


def untyped(x):
    return x.nothing


def name_of(colour: Colour) -> str:
    match colour:
        case Colour.RED:
            return "red"


def numbers() -> Iterator[int]:
    yield 1
    yield "two"


item = Item("apple", "cheap")
item.prize = 3
movie: Movie = {"title": "x", "yeer": 1}
place = Place(1, "2")
hear(Dog())
hear(Stone())
stack = Stack[int]()
stack.push("text")
reveal_type(stack.pop())
reveal_type(first([1, 2]))
reveal_type(double("a"))
mode: Literal["r", "w"] = "x"
apply: Callable[[int], str] = lambda n: n + 1
length: int = len(5)
value: int | None = None
value + 1
if isinstance(item, str):
    print("never")
for letter in 5:
    pass
undefined_name
"text".nosuch()
async def later() -> int:
    return "not a number"
unused = 1  # type: ignore[attr-defined]
'''

with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
    pathlib.Path("sample.py").write_text(PROGRAM)
    pathlib.Path("good.py").write_text("def f(x: int) -> str:\n    return str(x)\n\n\nprint(f(1).upper())\n")
    for arguments in [["good.py"], ["sample.py"], ["--strict", "--show-error-context", "sample.py"], ["nosuch.py"]]:
        report, errors, code = api.run(["--cache-dir=/dev/null", "--no-site-packages", "--no-error-summary", *arguments])
        print(f"$ mypy {' '.join(arguments)}: exit {code}")
        print(report + errors)
