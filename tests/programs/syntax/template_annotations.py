# As text, an annotation's template keeps its expressions as they were written.
from __future__ import annotations


def f(a: t"{x   +  y}", b: t"{x!r:>{ width }}", c: f"{x   +  y}"):
    pass


print(f.__annotations__)
