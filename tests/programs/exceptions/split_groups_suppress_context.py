"""What `split` and `except*` make of a group suppresses its context: its cause was set, if only to nothing."""


def show(error, depth=0):
    print(" " * depth, type(error).__name__, error.__cause__, error.__suppress_context__)
    for inner in getattr(error, "exceptions", ()):
        show(inner, depth + 1)


group = ExceptionGroup("outer", [TypeError(1), ExceptionGroup("inner", [TypeError(2), IndexError()]), KeyError(0)])
show(group)
for part in group.split(TypeError):
    show(part)
show(group.subgroup(KeyError))
try:
    try:
        raise group
    except* TypeError as caught:
        show(caught)
except BaseException as rest:
    show(rest)
show(group.derive([ValueError()]))
