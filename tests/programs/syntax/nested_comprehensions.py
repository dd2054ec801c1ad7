# Each comprehension that is compiled into its block is a block, and there may be 21.
for opening, closing in [("[", " for i in r]"), ("{", " for i in r}"), ("(", " for i in r)"), ("[", " for a.b in r]")]:
    for depth in (21, 22):
        try:
            compile(opening * depth + "i" + closing * depth, "<test>", "exec")
            print(depth, "compiles")
        except SyntaxError as error:
            print(depth, error.msg, error.lineno, error.offset, error.end_offset)
