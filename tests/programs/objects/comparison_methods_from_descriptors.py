# A comparison method that a descriptor refuses to give is absent if it says AttributeError; other errors are raised.
class Refused(Exception):
    pass


class Refuses:
    def __init__(self, error):
        self.error = error

    def __get__(self, instance, owner=None):
        raise self.error


class Angry:
    __eq__ = __lt__ = Refuses(Refused("no"))


class Absent:
    __eq__ = __lt__ = Refuses(AttributeError("not here"))


for kind in Angry, Absent:
    for compare in (lambda a, b: a == b), (lambda a, b: a < b), (lambda a, b: a != b):
        try:
            print(kind.__name__, compare(kind(), kind()))
        except (Refused, TypeError) as error:
            print(kind.__name__, type(error).__name__, error)
