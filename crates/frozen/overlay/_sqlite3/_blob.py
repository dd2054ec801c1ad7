"""Values that are read and written in place."""
from _sqlite3._codes import ProgrammingError, _ABORT, _error

def _make_blob(connection, opened):
    blob = object.__new__(Blob)
    blob._connection, blob._open, blob._at = connection, opened, 0
    import weakref

    connection._blobs[:] = [reference for reference in connection._blobs if reference() is not None]
    connection._blobs.append(weakref.ref(blob))
    return blob


class Blob:
    """An open value of a table."""

    __module__ = "sqlite3"
    __slots__ = ("_connection", "_open", "_at", "__weakref__")

    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create 'sqlite3.Blob' instances")

    def _check(self):
        self._connection._check()
        if not self._open.is_open():
            raise ProgrammingError("Cannot operate on a closed blob.")

    def _read(self, offset, size):
        data = self._open.read(offset, size)
        if isinstance(data, int):
            self._fail(data)
        return data

    def _write(self, offset, data):
        code = self._open.write(offset, data)
        if code:
            self._fail(code)

    def _fail(self, code):
        if code == _ABORT:
            raise _error(code, "Cannot operate on an expired blob handle")
        self._connection._raise(code)

    def close(self):
        """Close the blob."""
        self._connection._check()
        self._open.close()

    def read(self, length=-1, /):
        """Read data at the current offset position.

        If the end of the blob is reached, the data up to end of file will be returned.
        When length is not specified, or is negative, Blob.read() will read until the
        end of the blob.
        """
        self._check()
        left = self._open.size() - self._at
        if length < 0 or length > left:
            length = left
        if length == 0:
            return b""
        data = self._read(self._at, length)
        self._at += length
        return data

    def write(self, data, /):
        """Write data at the current offset.

        This function cannot change the blob length.  Writing beyond the end of the
        blob will result in an exception being raised.
        """
        if isinstance(data, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        data = bytes(memoryview(data))
        self._check()
        if len(data) > self._open.size() - self._at:
            raise ValueError("data longer than blob length")
        self._write(self._at, data)
        self._at += len(data)

    def seek(self, offset, origin=0, /):
        """Set the current access position to offset.

        The origin argument defaults to os.SEEK_SET (absolute blob positioning).
        Other values for origin are os.SEEK_CUR (seek relative to the current position)
        and os.SEEK_END (seek relative to the blob's end).
        """
        self._check()
        if not -(1 << 31) <= offset < 1 << 31:
            raise OverflowError("Python int too large to convert to C int" if abs(offset) >= 1 << 31 else "seek offset results in overflow")
        size = self._open.size()
        if origin == 0:
            pass
        elif origin == 1:
            offset += self._at
        elif origin == 2:
            offset += size
        else:
            raise ValueError("'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END")
        if offset > 0x7FFFFFFF:
            raise OverflowError("seek offset results in overflow")
        if not 0 <= offset <= size:
            raise ValueError("offset out of blob range")
        self._at = offset

    def tell(self):
        """Return the current access position for the blob."""
        self._check()
        return self._at

    def __enter__(self):
        """Blob context manager enter."""
        self._check()
        return self

    def __exit__(self, type, val, tb, /):
        """Blob context manager exit."""
        self._check()
        self._open.close()

    def __len__(self):
        self._check()
        return self._open.size()

    def _place(self, key):
        if not -(1 << 63) <= key < 1 << 63:
            raise IndexError("cannot fit 'int' into an index-sized integer")
        size = self._open.size()
        if key < 0:
            key += size
        if not 0 <= key < size:
            raise IndexError("Blob index out of range")
        return key

    def _places(self, key):
        start, stop, step = key.indices(self._open.size())
        places = range(start, stop, step)
        if step < 0 and places:
            raise ValueError("Blob doesn't support slices with a negative step")
        return places, step

    __iter__ = None

    def __getitem__(self, key, /):
        self._check()
        if isinstance(key, int):
            return self._read(self._place(key), 1)[0]
        if isinstance(key, slice):
            places, step = self._places(key)
            if not places:
                return b""
            data = self._read(places[0], places[-1] - places[0] + 1)
            return data[::step]
        raise TypeError("Blob indices must be integers")

    def __setitem__(self, key, value, /):
        self._check()
        if isinstance(key, int):
            if not isinstance(value, int):
                raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
            at = self._place(key)
            if not 0 <= value < 256:
                raise ValueError("byte must be in range(0, 256)")
            self._write(at, bytes((value,)))
            return
        if isinstance(key, slice):
            places, step = self._places(key)
            view = memoryview(value)
            if not view.c_contiguous:
                raise BufferError("memoryview: underlying buffer is not C-contiguous")
            data = view.tobytes()
            if len(data) != len(places):
                raise IndexError("Blob slice assignment is wrong size")
            if not places:
                return
            if step != 1:
                old = bytearray(self._read(places[0], places[-1] - places[0] + 1))
                old[::step] = data
                data = bytes(old)
            self._write(places[0], data)
            return
        raise TypeError("Blob indices must be integers")

    def __delitem__(self, key, /):
        self._check()
        if isinstance(key, slice):
            raise TypeError("Blob doesn't support slice deletion")
        if isinstance(key, int):
            raise TypeError("Blob doesn't support item deletion")
        raise TypeError("Blob indices must be integers")
