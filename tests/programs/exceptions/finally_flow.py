"""finally and every way out: return, break, continue, yield, nested."""
log = []
def ways(how):
    for i in range(3):
        try:
            log.append(f"try {i}")
            if how == "return": return i
            if how == "break": break
            if how == "continue": continue
            if how == "raise": raise ValueError(i)
        finally:
            log.append(f"finally {i}")
    else:
        log.append("else")
    return "end"
for how in ("return", "break", "continue", "raise", "pass"):
    try:
        result = ways(how)
    except ValueError as error:
        result = repr(error)
    print(how, result, log)
    log.clear()
def nested():
    try:
        try:
            return "inner"
        finally:
            print("one")
    finally:
        print("two")
print(nested())
def generator():
    try:
        yield 1
        yield 2
    finally:
        print("generator finally")
for x in generator():
    print(x)
    break
g = generator(); next(g); del g
def return_value_kept():
    x = [1]
    try:
        return x
    finally:
        x.append(2)
        x = None
print(return_value_kept())
def many(n):
    try:
        if n: return many(n - 1)
        return "bottom"
    finally:
        print(n, end=" ")
print(many(5))
