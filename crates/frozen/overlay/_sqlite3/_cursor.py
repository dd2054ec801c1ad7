"""Cursors and rows."""
from _sqlite3._codes import (
    DataError, OperationalError, PARSE_COLNAMES, PARSE_DECLTYPES, ProgrammingError, _DONE, _ROW,
)
from _sqlite3._values import PrepareProtocol, _PLAIN, _adapted_plain, _class_name, _int, _missing, adapt, converters
from _sqlite3._statement import _Nothing, _statement

class Cursor:
    """SQLite database cursor class."""

    __module__ = "sqlite3"
    _ready = False
    _locked = False
    _statement = None

    def __init__(self, connection, /):
        from _sqlite3._connection import Connection

        if not isinstance(connection, Connection):
            raise TypeError(f"Cursor() argument 1 must be sqlite3.Connection, not {_class_name(connection)}")
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        if self._ready:
            self._forget()
        self._connection = connection
        self._statement = None
        self._at_row = False
        self._converters = None
        self._description = None
        self._lastrowid = None
        self._rowcount = -1
        self._arraysize = 1
        self._closed = False
        self._locked = False
        self.row_factory = None
        connection._check_thread()
        import weakref

        known = connection._cursors
        if len(known) >= 64 and len(known) % 64 == 0:
            known[:] = [reference for reference in known if reference() is not None]
        known.append(weakref.ref(self))
        self._ready = True

    @property
    def connection(self):
        return self._connection

    @property
    def description(self):
        return self._description

    @property
    def lastrowid(self):
        return self._lastrowid

    @property
    def rowcount(self):
        return self._rowcount

    @property
    def arraysize(self):
        return self._arraysize

    @arraysize.setter
    def arraysize(self, value):
        value = _int(value)
        if value < 0:
            raise ValueError("Cannot convert negative int")
        if value >= 1 << 32:
            raise OverflowError("Python int too large to convert to C uint32_t")
        self._arraysize = value

    @arraysize.deleter
    def arraysize(self):
        raise AttributeError("attribute 'arraysize' of 'sqlite3.Cursor' objects cannot be deleted")

    def __delattr__(self, name):
        if name == "row_factory":
            raise AttributeError("cannot delete row_factory attribute")
        object.__delattr__(self, name)

    def _check(self):
        if not self._ready:
            raise ProgrammingError("Base Cursor.__init__ not called.")
        if self._closed:
            raise ProgrammingError("Cannot operate on a closed cursor.")
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        self._connection._check()

    def _forget(self):
        """Lets go of the statement."""
        statement, self._statement, self._at_row = self._statement, None, False
        if statement is not None:
            statement.native.reset()
            statement.in_use = False

    def __del__(self):
        if self._ready and self._statement is not None:
            self._forget()

    def close(self):
        """Closes the cursor."""
        if not self._ready:
            raise ProgrammingError("Base Cursor.__init__ not called.")
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        self._connection._check()
        self._forget()
        self._closed = True

    def setinputsizes(self, sizes, /):
        """Required by DB-API. Does nothing in sqlite3."""

    def setoutputsize(self, size, column=None, /):
        """Required by DB-API. Does nothing in sqlite3."""

    def execute(self, sql, parameters=(), /):
        """Executes an SQL statement."""
        return self._execute(False, sql, parameters)

    def executemany(self, sql, seq_of_parameters, /):
        """Repeatedly executes an SQL statement."""
        return self._execute(True, sql, seq_of_parameters)

    def executescript(self, sql_script, /):
        """Executes multiple SQL statements at once."""
        self._check()
        if not isinstance(sql_script, str):
            raise TypeError(f"executescript() argument must be str, not {type(sql_script).__name__}")
        connection = self._connection
        if "\0" in sql_script:
            raise ValueError("embedded null character")
        if len(sql_script.encode()) > connection._db.limit(1, -1):
            raise DataError("query string is too large")
        db = connection._db
        if type(connection._autocommit) is int and not db.is_autocommit():
            connection._run("COMMIT")
        rest = sql_script
        while rest:
            prepared = db.prepare(rest)
            if isinstance(prepared, int):
                connection._raise(prepared)
            statement, rest = prepared
            if statement is None:
                continue
            code = _ROW
            while code == _ROW:
                code = statement.step()
            if code != _DONE:
                try:
                    connection._raise(code)
                finally:
                    statement.finalize()
            statement.finalize()
        return self

    def _execute(self, many, sql, parameters):
        self._check()
        if not isinstance(sql, str):
            name = "executemany" if many else "execute"
            raise TypeError(f"{name}() argument 1 must be str, not {type(sql).__name__}")
        connection = self._connection
        db = connection._db
        self._locked = True
        try:
            if many:
                given = iter(parameters)
            else:
                given = iter((parameters,))
            self._forget()
            self._description = None
            statement = connection._prepare(sql)
            if statement.in_use or statement.native.is_busy():
                statement = _statement(connection, sql)
            native = statement.native
            native.reset()
            if many and native.is_readonly() and not isinstance(native, _Nothing) or many and not statement.is_dml:
                raise ProgrammingError("executemany() can only execute DML statements.")
            statement.in_use = True
            self._statement = statement
            self._rowcount = 0 if statement.is_dml else -1
            done = False
            if (
                type(connection._autocommit) is int
                and connection._level is not None
                and statement.is_dml
                and db.is_autocommit()
            ):
                connection._begin()
            for values in given:
                self._bind(statement, values)
                code = native.step()
                if connection._pending is not None:
                    error, connection._pending = connection._pending, None
                    raise error
                if code not in (_ROW, _DONE):
                    raise _failure_of(connection, code)
                if self._statement is None:
                    # A callback has shut the connection.
                    raise ProgrammingError("Cannot operate on a closed database.")
                if not many or self._description is None:
                    self._describe(native)
                if statement.is_dml and code == _DONE:
                    self._rowcount += db.changes()
                if code == _ROW and many:
                    raise ProgrammingError("executemany() can only execute DML statements.")
                self._at_row = code == _ROW
                if many:
                    native.reset()
                done = code == _DONE
            if not many:
                self._lastrowid = db.last_row()
            if not self._at_row and (done or many):
                self._forget()
        except BaseException:
            self._locked = False
            if self._statement is not None:
                self._forget()
            if self._rowcount != -1:
                self._rowcount = -1
            raise
        finally:
            self._locked = False
        return self

    def _describe(self, native):
        count = native.column_count()
        if not count:
            self._description = None
            self._converters = None
            return
        detect = self._connection._detect
        names = [native.column_name(at) or "" for at in range(count)]
        found = None
        if detect:
            found = []
            for at, name in enumerate(names):
                converter = None
                if detect & PARSE_COLNAMES and "[" in name:
                    start = name.index("[")
                    end = name.find("]", start)
                    if end > 0:
                        converter = converters.get(name[start + 1:end].upper())
                if converter is None and detect & PARSE_DECLTYPES:
                    declared = native.declared_type(at)
                    if declared:
                        for stop in (" ", "("):
                            declared = declared.split(stop, 1)[0]
                        converter = converters.get(declared.upper())
                found.append(converter)
            if not any(found):
                found = None
        self._converters = found
        if detect & PARSE_COLNAMES:
            names = [name.split("[", 1)[0].rstrip(" ") if "[" in name and name.split("[", 1)[0].endswith(" ") else name for name in names]
        self._description = tuple((name, None, None, None, None, None, None) for name in names)

    def _fetch(self, native):
        """The row that the statement stands at."""
        factory = self._connection.text_factory
        found = self._converters
        if factory is str and found is None:
            row = native.row(False)
            for at, value in enumerate(row):
                if type(value) is tuple:
                    self._undecodable(native, at, value[0])
        else:
            values = []
            for at, value in enumerate(native.row(True)):
                converter = found[at] if found is not None else None
                if converter is not None:
                    if value is None:
                        values.append(None)
                        continue
                    if type(value) is tuple:
                        value = value[0]
                    elif not isinstance(value, bytes):
                        value = str(value).encode()
                    # SQLite knows no bytes where there are none.
                    values.append(converter(value) if value else None)
                elif type(value) is tuple:
                    text = value[0]
                    if factory is str:
                        try:
                            text = text.decode()
                        except UnicodeDecodeError:
                            self._undecodable(native, at, text)
                    elif factory is bytes:
                        pass
                    elif factory is bytearray:
                        text = bytearray(text)
                    else:
                        text = factory(text)
                    values.append(text)
                else:
                    values.append(value)
            row = tuple(values)
        return row

    def _undecodable(self, native, at, text):
        shown = text.decode("utf-8", "replace")
        raise OperationalError(f"Could not decode to UTF-8 column '{native.column_name(at)}' with text '{shown}'")

    def _bind(self, statement, values):
        native = statement.native
        count = native.parameter_count()
        kind = type(values)
        if kind is dict or not (kind is tuple or kind is list or not hasattr(values, "keys") or hasattr(kind, "index")):
            names = statement.names
            if names is None:
                names = statement.names = [native.parameter_name(at + 1) for at in range(count)]
            for at, name in enumerate(names):
                if name is None:
                    raise ProgrammingError(
                        f"Binding {at + 1} has no name, but you supplied a dictionary (which has only names)."
                    )
                try:
                    value = values[name[1:]]
                except LookupError:
                    raise ProgrammingError(f"You did not supply a value for binding parameter :{name[1:]}.") from None
                self._bind_one(native, at, value, repr(name))
            return
        if kind is not tuple and kind is not list:
            if isinstance(values, dict):
                return self._bind(statement, {**values}) if False else self._bind_mapping(statement, values, count)
            if not hasattr(kind, "__getitem__") or not hasattr(kind, "__len__"):
                raise ProgrammingError("parameters are of unsupported type")
        given = len(values)
        if given != count:
            raise ProgrammingError(
                "Incorrect number of bindings supplied. The current statement "
                f"uses {count}, and there are {given} supplied."
            )
        names = None
        for at in range(count):
            name = native.parameter_name(at + 1) if count else None
            if name is not None and name[:1] != "?":
                if names is None:
                    names = name
                raise ProgrammingError(
                    f"Binding {at + 1} ('{name}') is a named parameter, but you supplied a sequence "
                    "which requires nominal (qmark) placeholders."
                )
            self._bind_one(native, at, values[at], str(at + 1))

    def _bind_mapping(self, statement, values, count):
        native = statement.native
        for at in range(count):
            name = native.parameter_name(at + 1)
            if name is None:
                raise ProgrammingError(
                    f"Binding {at + 1} has no name, but you supplied a dictionary (which has only names)."
                )
            try:
                value = values[name[1:]]
            except LookupError:
                raise ProgrammingError(f"You did not supply a value for binding parameter :{name[1:]}.") from None
            self._bind_one(native, at, value, repr(name))

    def _bind_one(self, native, at, value, shown):
        if _adapted_plain or type(value) not in _PLAIN:
            value = adapt(value, PrepareProtocol, value)
        code = native.bind(at + 1, value)
        if code == -1:
            raise ProgrammingError(f"Error binding parameter {shown}: type '{type(value).__name__}' is not supported")
        if code:
            if code == 18:
                raise DataError("string or blob too big")
            self._connection._raise(code)

    def __iter__(self):
        return self

    def __next__(self):
        self._check()
        statement = self._statement
        if statement is None:
            raise StopIteration
        native = statement.native
        self._locked = True
        try:
            if not self._at_row:
                raise StopIteration
            row = self._fetch(native)
            factory = self.row_factory
            if factory is not None:
                row = factory(self, row)
            if self._statement is None:
                return row
            code = native.step()
            if self._connection._pending is not None:
                error, self._connection._pending = self._connection._pending, None
                raise error
            if code == _ROW:
                pass
            elif code == _DONE:
                if statement.is_dml:
                    self._rowcount = self._connection._db.changes()
                self._forget()
            else:
                error = _failure_of(self._connection, code)
                self._forget()
                raise error
            return row
        except StopIteration:
            raise
        except BaseException:
            if self._statement is not None:
                self._forget()
            raise
        finally:
            self._locked = False

    def fetchone(self):
        """Fetches one row from the resultset."""
        return next(self, None)

    def fetchmany(self, size=None):
        """Fetches several rows from the resultset."""
        if size is None:
            size = self._arraysize
        else:
            size = _int(size)
            if size < 0:
                raise ValueError("Cannot convert negative int")
            if size >= 1 << 32:
                raise OverflowError("Python int too large to convert to C uint32_t")
        rows = []
        while len(rows) < size:
            row = next(self, _missing)
            if row is _missing:
                break
            rows.append(row)
        return rows

    def fetchall(self):
        """Fetches all rows from the resultset."""
        return list(self)


def _failure_of(connection, code):
    try:
        connection._raise(code)
    except BaseException as error:
        return error


class Row:
    """A row that knows the names of its columns."""

    __module__ = "sqlite3"
    __slots__ = ("_values", "_description", "__weakref__")

    def __new__(cls, cursor, values, /):
        if not issubclass(type(cursor), Cursor):
            raise TypeError(f"Row() argument 1 must be sqlite3.Cursor, not {_class_name(cursor)}")
        if not isinstance(values, tuple):
            raise TypeError(f"Row() argument 2 must be tuple, not {_class_name(values)}")
        self = object.__new__(cls)
        self._values = values
        self._description = cursor.description
        return self

    def keys(self):
        """Returns the keys of the row."""
        return [column[0] for column in self._description or ()]

    def __getitem__(self, key, /):
        if isinstance(key, int):
            if not -(1 << 63) <= key < 1 << 63:
                raise IndexError("cannot fit 'int' into an index-sized integer")
            return self._values[key]
        if isinstance(key, slice):
            return self._values[key]
        if isinstance(key, str):
            for at, column in enumerate(self._description or ()):
                name = column[0]
                if name == key or (name.isascii() and key.isascii() and name.lower() == key.lower()):
                    return self._values[at]
            raise IndexError(f"No item with key {key!r}")
        raise IndexError("Index must be int or string")

    def __len__(self):
        return len(self._values)

    def __iter__(self):
        return iter(self._values)

    def __hash__(self):
        return hash(self._description) ^ hash(self._values)

    def __eq__(self, other):
        if not isinstance(other, Row):
            return NotImplemented
        return self._description == other._description and self._values == other._values

    def __ne__(self, other):
        same = self.__eq__(other)
        return same if same is NotImplemented else not same
