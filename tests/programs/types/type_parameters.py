# Type parameters of functions, classes and aliases: lazily evaluated bounds, constraints and defaults.
from typing import NoDefault, ParamSpec, TypeAliasType, TypeVar, TypeVarTuple


def f[T: later, U: (int, str), *Ts, **P](x: T) -> U: ...


T, U, Ts, P = f.__type_params__
print(T, U, Ts, P, T.__infer_variance__)
try:
    T.__bound__
except NameError as error:
    print(error)
later = int
print(T.__bound__, T.__bound__ is int, U.__constraints__, U.__bound__)
print(T.__default__, T.has_default(), T.evaluate_default)


class Box[Item = list[int]]:
    pass


(Item,) = Box.__type_params__
print(Item.__default__, Item.has_default(), Box.__orig_bases__, Box[str])

type Alias[K] = dict[K, Alias]
print(Alias, Alias.__value__, Alias.__type_params__, Alias[int], Alias | None)

Old = TypeVar("Old", int, str, covariant=True)
print(Old, Old.__constraints__, Old.evaluate_constraints(4), Old.__module__)
print(TypeVar("D", default=(int, str)).evaluate_default(4))
print(ParamSpec("Q").args, ParamSpec("Q").kwargs.__origin__)
print(list(TypeVarTuple("Rest")), NoDefault, type(NoDefault)())
for make in (
    lambda: TypeVar("A", int),
    lambda: TypeVar("A", int, str, bound=int),
    lambda: TypeVar("A", covariant=True, contravariant=True),
    lambda: TypeVar(1),
    lambda: TypeAliasType("A", 1, type_params=3),
    lambda: TypeAliasType("A", 1)[int],
    lambda: type("B", (Old,), {}),
):
    try:
        make()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
