# extend() trusts a hint as far as memory goes; one that an index cannot say it does not believe.
import sys


class Endless:
    def __init__(self, hint):
        self.hint = hint

    def __iter__(self):
        return iter((5, 6))

    def __length_hint__(self):
        return self.hint


numbers = [1, 2]
numbers.extend(Endless(sys.maxsize))
print(numbers)
for hint in 0, 1, 1000, sys.maxsize // 2, -1, "many":
    try:
        numbers.extend(Endless(hint))
        print(len(numbers))
    except (MemoryError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    [].extend(Endless(sys.maxsize))
except MemoryError:
    print("an empty list believes it")
