"""Buffered readers and writers over a raw stream in Python: what is asked of it, and when."""
import io


class Raw(io.RawIOBase):
    def __init__(self, *chunks):
        self.chunks = list(chunks)
        self.log = []

    def readable(self):
        return True

    writable = seekable = readable

    def readinto(self, target):
        self.log.append(("read", len(target)))
        if not self.chunks:
            return 0
        chunk = self.chunks.pop(0)
        if chunk is None:
            return None
        head, rest = chunk[:len(target)], chunk[len(target):]
        if rest:
            self.chunks.insert(0, rest)
        target[:len(head)] = head
        return len(head)

    def write(self, data):
        self.log.append(("write", bytes(data)))
        return len(data)

    def seek(self, position, whence=0):
        self.log.append(("seek", position, whence))
        return 0


def attempt(action):
    try:
        print("->", action())
    except Exception as error:
        print(type(error).__name__, error, getattr(error, "characters_written", ""))


for size in (1, 4, 100):
    raw = Raw(b"abc", b"defg", None, b"hij" * 5)
    reader = io.BufferedReader(raw, size)
    print(size, [reader.read(count) for count in (3, 1, 10, 10, 100)])
raw = Raw(b"abc", b"d", b"efg\nhij\nkl")
reader = io.BufferedReader(raw, 8)
print(reader.peek(), reader.read1(10), reader.read1(2), reader.readline(), reader.readline(2), reader.read())
raw = Raw(b"abcd", b"efgh", b"ijkl")
reader = io.BufferedReader(raw, 4)
target = bytearray(10)
print(reader.readinto(target), target, reader.readinto1(target), target)

raw = Raw()
writer = io.BufferedWriter(raw, 8)
for piece in (b"abc", b"de", b"fghi", b"j" * 20, b"k"):
    writer.write(piece)
print([entry for entry in raw.log if entry[0] == "write"])
writer.flush()
print(raw.log[-1])


class Stuck(Raw):
    def write(self, data):
        return None


writer = io.BufferedWriter(Stuck(), 5)
attempt(lambda: writer.write(b"ab"))


def full():
    try:
        writer.write(b"abcdefgh")
    except BlockingIOError as error:
        return error.characters_written


print(full())
writer.raw.write = len


class Liar(Raw):
    def readinto(self, target):
        return len(target) + 1

    def write(self, data):
        return len(data) + 1


attempt(lambda: io.BufferedReader(Liar(), 5).read(1))
liar = io.BufferedWriter(Liar(), 5)
liar.write(b"ab")
attempt(liar.flush)
liar.raw.write = len


class Again(Raw):
    def readinto(self, target):
        return again.read(1)


again = io.BufferedReader(Again())
try:
    again.read(1)
except RuntimeError as error:
    print(str(error)[:21])


class Broken(io.BytesIO):
    def flush(self):
        raise OSError("flush")

    def close(self):
        super().close()
        raise ValueError("close")


try:
    io.BufferedWriter(Broken()).close()
except ValueError as error:
    print(repr(error))
attempt(lambda: io.BufferedReader(Raw(), 0))
attempt(lambda: io.BufferedReader(Raw()).read(-5))
reader = io.BufferedReader(Raw(b"x"))
print(reader.detach().__class__.__name__)
attempt(reader.read)
attempt(lambda: io.BufferedReader.__new__(io.BufferedReader).read())
