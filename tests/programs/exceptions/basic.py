"""raise, except, else, finally: who runs when."""
def run(kind):
    try:
        print("try")
        if kind: raise kind("message")
    except (ValueError, KeyError) as error:
        print("caught", repr(error))
        return "from except"
    except LookupError:
        print("lookup")
    else:
        print("else")
        return "from else"
    finally:
        print("finally")
    return "end"
for kind in (None, ValueError, KeyError, IndexError):
    print(run(kind))
try:
    run(TypeError)
except TypeError as error:
    print("escaped", error)
def override():
    try:
        return 1
    finally:
        return 2
print(override())
def swallow():
    while True:
        try:
            1 / 0
        finally:
            break
    return "swallowed"
print(swallow())
try:
    try:
        raise ValueError(1)
    except ValueError:
        raise
except ValueError as error:
    print("reraised", error)
try:
    raise
except RuntimeError as error:
    print(error)
for bad in ("raise 5", "raise 'x'", "raise ValueError from 5", "raise None"):
    try:
        exec(bad)
    except TypeError as error:
        print(bad, "->", error)
try:
    try:
        1 / 0
    except 5:
        pass
except TypeError as error:
    print(error)
try:
    raise ValueError
except ValueError as error:
    print(repr(error), error.args)
print("error" in dir())
