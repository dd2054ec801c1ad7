"""BytesIO and StringIO: sharing, buffers, gaps, pickled state."""
import io


def attempt(action):
    try:
        print("->", action())
    except Exception as error:
        print(type(error).__name__, error)


stream = io.BytesIO(b"abc\ndef\n")
print(stream.read(2), list(stream), stream.getvalue())
view = stream.getbuffer()
view[0] = 90
print(stream.getvalue())
attempt(lambda: stream.write(b"longer than before"))
attempt(lambda: stream.close())
view.release()
stream.seek(20)
stream.write(b"x")
print(stream.getvalue(), stream.tell())
print(stream.truncate(3), stream.getvalue(), stream.tell())
attempt(lambda: stream.seek(-1))
attempt(lambda: stream.seek(0, 9))
attempt(lambda: stream.read("a"))
target = bytearray(5)
stream.seek(1)
print(stream.readinto(target), target)
copy = io.BytesIO()
copy.__setstate__(stream.__getstate__())
print(copy.getvalue(), copy.tell())

text = io.StringIO()
text.write("añb")
text.seek(5)
text.write("\u20ac")
text.seek(1)
text.write("\U0001f600")
print(ascii(text.getvalue()))
for newline in (None, "", "\n", "\r", "\r\n"):
    text = io.StringIO("a\r\nb\rc\nd", newline)
    print(repr(newline), text.readlines(), text.newlines, ascii(text.getvalue()))
attempt(lambda: io.StringIO(newline="x"))
attempt(lambda: io.StringIO(5))
attempt(lambda: io.StringIO().write(b"x"))
attempt(lambda: io.StringIO().seek(1, 1))
closed = io.StringIO("x")
closed.close()
attempt(closed.read)
attempt(lambda: io.StringIO.__new__(io.StringIO).getvalue())


class Named(io.StringIO):
    pass


named = Named("one\ntwo\n")
named.tag = "t"
print(named.__getstate__())
with named as same:
    print([line for line in same])
print(named.closed)

decoder = io.IncrementalNewlineDecoder(None, translate=True)
print([decoder.decode(piece) for piece in ("a\r", "\nb\r", "c\n", "d\r")], decoder.getstate())
print(repr(decoder.decode("", final=True)), decoder.newlines)
