"""Streams that their program forgets are flushed and closed, and complain if warnings are shown."""
import io
import os
import tempfile
import warnings

handle, path = tempfile.mkstemp()
os.close(handle)


def forget(mode, data):
    stream = open(path, mode)
    stream.write(data)


warnings.simplefilter("ignore", ResourceWarning)
forget("w", "text")
print(open(path).read())
forget("wb", b"bytes")
print(open(path).read())
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    forget("w", "again")
    open(path, "rb", buffering=0)
for warning in caught:
    print(warning.category.__name__, str(warning.message).replace(path, "PATH"))


class Own(io.RawIOBase):
    def close(self):
        print("close", self.closed)
        super().close()
        print("closed", self.closed)

    def __del__(self):
        print("del")
        super().__del__()


Own()
with Own() as own:
    print("inside")
del own


class Late(io.BytesIO):
    def close(self):
        print("buffer closes with", self.getvalue())
        super().close()


stream = io.TextIOWrapper(Late(), encoding="utf-8")
stream.write("pending")
del stream
os.unlink(path)
