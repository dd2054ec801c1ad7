"""assert with and without a message; the message is evaluated only on failure."""
def message():
    print("message made")
    return "because"
assert True, message()
try:
    assert 0, message()
except AssertionError as error:
    print(repr(error), error.args)
try:
    assert []
except AssertionError as error:
    print(repr(error))
try:
    assert 1 == 2, (1, 2)
except AssertionError as error:
    print(repr(error))
