"""Rich comparison: identity default, containers, mixed numbers."""
class P:
    pass
a, b = P(), P()
print(a == a, a == b, a != b, [a] == [a], [a] == [b], (a, 1) < (a, 2))
nan = float("nan")
print(nan == nan, [nan] == [nan], nan in [nan], (nan,) == (nan,), {nan: 1} == {nan: 1})
class Always:
    def __eq__(self, o): return True
    def __ne__(self, o): return True
print(Always() == 5, 5 == Always(), Always() != 5, [1, Always()] == [1, 2], Always() in [3])
class Weird:
    def __eq__(self, o): return "truthy text"
    def __lt__(self, o): return []
print(Weird() == 1, Weird() < 1, not (Weird() < 1), Weird() != 1, [Weird()] == [1])
print(1 == 1.0, 1 == True, 2**53 + 1 == float(2**53 + 1), 10**400 > 1e308, -10**400 < -1e308, 1 < 1.5 < 2, 1 == 1 + 0j)
print([1, 2] < [1, 3], [1] < [1, 0], (1, "a") < (1, "b"), "a" < "B", "abc" < "abd", b"a" < b"b", {1} < {1, 2}, {1} <= {2})
try:
    [1, "a"] < [1, 2]
except TypeError as error:
    print(error)
class E:
    def __eq__(self, o): raise ValueError("eq")
for text in ("E() == 1", "[E()] == [1]", "E() in [1]", "[E()].index(3)", "[1].count(E())", "(E(),) == (1,)"):
    try:
        print(text, eval(text))
    except ValueError as error:
        print(text, "->", error)
class H:
    def __eq__(self, o): return True
try:
    hash(H())
except TypeError as error:
    print(error)
print(H.__hash__, max([1, 3, 2], key=lambda x: -x), min("b", "a"), max((1, "z"), (1, "a")), min([[2], [1]]), max([], default="d"))
