"""TextIOWrapper: line ends, positions, encodings, reconfiguring, errors."""
import io


def attempt(action):
    try:
        print("->", action())
    except Exception as error:
        print(type(error).__name__, error)


data = "a\r\né\rb€\n😀x\nlast".encode() * 2
for newline in (None, "", "\n", "\r", "\r\n"):
    stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=newline)
    stream._CHUNK_SIZE = 3
    places = []
    while True:
        place = stream.tell()
        line = stream.readline()
        places.append((place, line))
        if not line:
            break
    print(repr(newline), places, stream.newlines)
    for place, line in places:
        stream.seek(place)
        assert stream.readline() == line
    stream.seek(0)
    print([stream.read(count) for count in (1, 2, 5, 7, 100)])
    stream.seek(0)
    assert list(stream) == [line for _, line in places][:-1]

for encoding in ("utf-8", "utf-16", "utf-32", "latin-1", "ascii", "cp1252", "utf-7", "utf-8-sig", "unicode_escape"):
    for errors in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape"):

        def both_ways():
            buffer = io.BytesIO()
            stream = io.TextIOWrapper(buffer, encoding=encoding, errors=errors, newline="")
            stream.write("aé€😀z\n")
            stream.flush()
            stream.seek(0)
            return buffer.getvalue(), stream.read()

        print(encoding, errors, end=" ")
        attempt(both_ways)

attempt(io.TextIOWrapper(io.BytesIO(b"\xffabc"), encoding="utf-8").read)
print(io.TextIOWrapper(io.BytesIO(b"abc\n\xc3"), encoding="utf-8", errors="replace").read())
stream = io.TextIOWrapper(io.BytesIO(b"one\ntwo\n"), encoding="ascii")
print(stream.readline(), stream.tell())
attempt(lambda: stream.reconfigure(encoding="utf-8"))
stream.reconfigure(line_buffering=True)
print(stream.line_buffering, stream.write_through)
for _ in stream:
    attempt(stream.tell)
attempt(lambda: stream.write(b"x"))
attempt(lambda: stream.seek(1, 1))
attempt(lambda: stream.seek(0, 5))
attempt(lambda: stream.seek(-1))
attempt(lambda: io.TextIOWrapper(io.BytesIO(), encoding="hex"))
attempt(lambda: io.TextIOWrapper(io.BytesIO(), encoding="no-such-encoding"))
attempt(lambda: io.TextIOWrapper(io.BytesIO(), newline="x"))
attempt(lambda: io.TextIOWrapper(io.BytesIO(), errors=5))
buffer = io.BytesIO()
stream = io.TextIOWrapper(buffer, encoding="utf-8", newline="\r\n")
stream.write("x\ny")
print(buffer.getvalue(), stream.detach() is buffer, buffer.getvalue())
attempt(stream.read)
attempt(lambda: stream.buffer)
print(repr(stream))
