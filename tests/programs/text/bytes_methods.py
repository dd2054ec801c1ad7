"""bytes and bytearray: literals, methods, mutation."""
b = b"Hello, World"
print(b.upper(), b.split(b", "), b.find(b"o"), b.replace(b"l", b"L"), b[0], b[1:3], list(b[:3]), b.hex(), b.hex(":", 2), bytes.fromhex("48 65"), b.decode(), b + b"!", b * 2, b"o" in b, 72 in b, b.count(b"l"), b.startswith(b"He"), b.center(16, b"*"), b.isalpha(), b.partition(b","), b.rsplit(b"o", 1), b.strip(b"Hd"), b.title(), b.translate(None, b"l"), b.join([b"a", b"b"]), b.zfill(14), b.splitlines(), b.index(b"W"), b.expandtabs(), b.swapcase(), b.endswith((b"x", b"d")), b.removeprefix(b"Hello"))
print(bytes(3), bytes([1, 2]), bytes("é", "utf-8"), bytes(range(3)), bytes(b"x"), bytearray(b"x"), bytes(), b"a" < b"b", b"a" == "a", hash(b"a") == hash(b"a"), b"\x00\t\n\r\\'\"\x7f\xff", b"%d %s %r %b" % (1, b"x", "y", b"z"), bytes.maketrans(b"a", b"b")[97])
a = bytearray(b"abc")
a.append(100); a.extend(b"ef"); a[0] = 65; a[1:3] = b"XYZ"; a.insert(0, 33); del a[-1]; a += b"++"; a.reverse()
print(a, a.pop(), a.pop(0), len(a), a.copy() == a, bytes(a), a.find(b"X"), a * 2, list(reversed(a)), a.clear(), a)
for bad in ("b[0] = 1", "bytes([300])", "bytes([-1])", "bytes(['a'])", "bytes('a')", "b + 'x'", "b'' .join(['x'])", "bytearray(b'a')[5]", "bytearray(b'a').append(256)", "bytearray().pop()", "bytes.fromhex('4')", "bytes.fromhex('zz')", "b.find('o')", "b'a'.decode('nope')", "bytes(1, 'utf-8')", "bytes(10**20)", "'x' in b", "300 in b", "b'%d' % 'x'", "bytearray(b'a').remove(98)", "ord(b'ab')"):
    try:
        print(bad, "=", exec(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
m = memoryview(bytearray(b"abcdef"))
m[0] = 90; m[1:3] = b"YX"
print(m[0], m[1:3].tobytes(), len(m), m.tolist(), m.format, m.itemsize, m.shape, m.readonly, m[::2].tobytes(), m == b"ZYXdef", m.obj, m.cast("H").tolist(), m.nbytes, m.contiguous)
m.release()
try:
    m[0]
except ValueError as error:
    print(error)
ba = bytearray(b"x"); v = memoryview(ba)
try:
    ba.append(1)
except BufferError as error:
    print(error)
