"""match picks a case."""
def describe(v):
    match v:
        case 0: return "zero"
        case [x, y]: return f"pair {x} {y}"
        case {"k": v}: return f"dict with k={v}"
        case str(): return "text"
        case _: return "other"
print([describe(v) for v in (0, [1, 2], {"k": 5}, "s", 3.5)])
