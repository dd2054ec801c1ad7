"""open(): modes, layers, refusals, what stays after closing."""
import io
import os
import tempfile

folder = tempfile.mkdtemp()
path = os.path.join(folder, "file")


def attempt(action):
    try:
        print("->", action())
    except Exception as error:
        print(type(error).__name__, str(error).replace(folder, "FOLDER"))


with open(path, "w+b") as stream:
    print(type(stream).__name__, stream.mode, stream.write(b"hello world\n" * 3), stream.tell())
    print(stream.seek(0), stream.read(5), stream.tell(), stream.write(b"!!"), stream.tell(), stream.seek(0), stream.read())
    print(stream.seek(-3, 2), stream.read(), stream.truncate(5), stream.tell())
print(open(path, "rb").read(), stream.closed)
with open(path, "a") as stream:
    print(type(stream).__name__, type(stream.buffer).__name__, type(stream.buffer.raw).__name__, stream.mode, stream.tell())
    print(stream.write("é\n"), stream.writable(), stream.readable(), stream.seekable())
with open(path, encoding="utf-8") as stream:
    print(repr(stream.read()), stream.encoding, stream.errors, stream.newlines)
with open(path, "rb", buffering=0) as raw:
    print(raw.read(2), raw.readall(), raw.read(1), raw.mode, raw.closefd)
attempt(lambda: open(path, "x"))
attempt(lambda: open(os.path.join(folder, "none")))
attempt(lambda: open(folder))
for mode in ("", "z", "rw", "rr", "rbt", "U", "b"):
    attempt(lambda: open(path, mode))
attempt(lambda: open(path, "r", 0))
attempt(lambda: open(path, "rb", encoding="utf-8"))
attempt(lambda: open(path, closefd=False))
attempt(lambda: open(5.5))
attempt(lambda: open("a\0b"))
attempt(lambda: open(path, opener=lambda name, flags: -2))
attempt(lambda: open(path, "rb").write(b"x"))
attempt(lambda: open(path).write("x"))
attempt(lambda: open(os.devnull, "w").read())
attempt(lambda: io.FileIO(path).write(b"x"))
stream = open(path, "rb")
stream.close()
for method in ("read", "readline", "peek", "flush", "tell", "fileno", "__enter__", "__next__"):
    attempt(getattr(stream, method))
attempt(lambda: stream.seek(0))
stream = open(path)
stream.close()
for method in ("read", "readline", "tell", "fileno", "__enter__", "__next__", "flush"):
    attempt(getattr(stream, method))
descriptor = os.open(path, os.O_RDONLY)
with open(descriptor, closefd=False) as stream:
    print(stream.name == descriptor)
os.close(descriptor)


class Path:
    def __fspath__(self):
        return path


with open(Path()) as stream:
    print(stream.name == path)
read, write = os.pipe()
os.set_blocking(read, False)
reader = open(read, "rb")
print(reader.read1(5), reader.read(5), reader.read(), reader.seekable())
os.write(write, b"abc")
print(reader.read(5), reader.raw.read(1))
os.close(write)
print(reader.read(5), reader.read())
attempt(reader.tell)
reader.close()
os.unlink(path)
os.rmdir(folder)
