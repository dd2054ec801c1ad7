"""Wrong things behind * and **."""
def f(*a, **k): return a, k
for text in ("f(*5)", "f(**5)", "f(**{1: 2})", "f(**{'a': 1}, **{'a': 2})", "f(a=1, **{'a': 2})", "f(*None)", "len(*[])", "print(*[1], **{'sep': 5})"):
    try: print(eval(text))
    except TypeError as e: print(text, "->", e)
