# Machine values: limits, slices, buffers, pickles.
import array, pickle
from array import array as A

for code in array.typecodes.replace("u", ""):
    a = A(code, "ab" if code == "w" else [1, 2])
    print(a, a.itemsize, memoryview(a).format, pickle.loads(pickle.dumps(a)) == a)
    for value in (-1, 2**8, 2**16, 2**32, 2**64, 1.5, "x"):
        try:
            a.append(value)
        except (OverflowError, TypeError) as error:
            print("  ", value, type(error).__name__, error)
a = A("i", range(10))
a[2:5] = A("i", [7])
print(a, a[::2], a[::-3])
del a[::3]
a.extend(a)
a.insert(-1, 99)
a.byteswap()
a.byteswap()
a.reverse()
print(a, a.index(99), a.count(1), a.pop(0), a.tobytes()[:4], a * 2 == a + a)
with memoryview(a) as view:
    view[0] = 5
    try:
        a.append(1)
    except BufferError as error:
        print(error)
print(a[0], A("i", [1, 2]) == A("d", [1, 2]), A("i", [1]) < A("i", [2]), A("d", [float("nan")]) == A("d", [float("nan")]))
for bad in (lambda: A("x"), lambda: A("i", "abc"), lambda: A("i", b"abc"), lambda: a[99], lambda: a["a"], lambda: a + [1],
            lambda: a.remove(12345), lambda: a.frombytes(b"abc"), lambda: A("w", "a").tounicode() + a.tounicode()):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
