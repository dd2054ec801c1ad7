# operator's callables, and sequences that only look like ones.
import _operator, operator, pickle
from operator import attrgetter, itemgetter, methodcaller

row = ["a", "b", "c"]
print(itemgetter(1)(row), itemgetter(2, 0)(row), itemgetter(slice(1, None))(row), itemgetter("k")({"k": 1}))
print(attrgetter("real")(3), attrgetter("__class__.__name__", "imag")(3), methodcaller("split", sep=",")("a,b"))
for getter in (itemgetter(1, 2), attrgetter("a.b", "c"), methodcaller("m", 1, x=2)):
    print(getter, pickle.loads(pickle.dumps(getter)))
print(operator.length_hint(iter(range(5))), operator.length_hint(object(), 7), operator.index(True))
print(operator.countOf([1, 2, 1], 1), operator.indexOf("abc", "c"), operator.concat([1], [2]), operator.is_none(None))
print(_operator._compare_digest(b"abc", bytearray(b"abc")), _operator._compare_digest("a", "b"))
for bad in (lambda: itemgetter(), lambda: itemgetter(1)(), lambda: attrgetter(1), lambda: methodcaller(), lambda: operator.concat(1, 2),
            lambda: operator.indexOf([], 1), lambda: operator.countOf(1, 1), lambda: _operator._compare_digest("a", b"a")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
