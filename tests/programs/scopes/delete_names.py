"""del of a cell's variable and of a declared global."""
def cell():
    x = 1
    def inner():
        return x
    print(inner())
    del x
    try:
        inner()
    except NameError as error:
        print(error)
    x = 2
    return inner()


def declared():
    global made
    made = 1
    del made
    try:
        del made
    except NameError as error:
        print(error)


print(cell())
declared()
