"""__cause__, __context__, __suppress_context__."""
def show(error):
    print(repr(error), "cause", repr(error.__cause__), "context", repr(error.__context__), error.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise ValueError("v") from e
except ValueError as error:
    show(error)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("implicit")
except ValueError as error:
    show(error)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("none") from None
except ValueError as error:
    show(error)
try:
    try:
        raise KeyError("a")
    finally:
        raise TypeError("in finally")
except TypeError as error:
    show(error)
try:
    try:
        raise KeyError("first")
    except KeyError:
        try:
            raise IndexError("second")
        except IndexError:
            raise OSError("third")
except OSError as error:
    while error:
        print(repr(error))
        error = error.__context__
e = ValueError("self")
try:
    try:
        raise e
    except ValueError:
        raise e
except ValueError as error:
    show(error)
def generator():
    try:
        yield
    except KeyError:
        raise ValueError("from generator")
g = generator(); next(g)
try:
    g.throw(KeyError("k"))
except ValueError as error:
    show(error)
