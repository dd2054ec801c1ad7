"""Connections: transactions, callbacks, settings, copies."""
import _taipan_sqlite as _native
import sys as _sys
import threading as _threading
from _warnings import warn as _warn
from collections import OrderedDict as _OrderedDict
from _sqlite3._codes import (
    DataError, DatabaseError, Error, IntegrityError, InterfaceError, InternalError, LEGACY_TRANSACTION_CONTROL,
    NotSupportedError, OperationalError, ProgrammingError, Warning, _CODES, _DONE, _MISUSE, _ROW, _error,
)
from _sqlite3._values import (
    _checked_autocommit, _checked_level, _class_name, _failure, _fits, _int, _missing, _report, _settings, _three,
    _unfit,
)
from _sqlite3._statement import _statement
from _sqlite3._cursor import Cursor
from _sqlite3._blob import _make_blob

class Connection:
    """SQLite database connection object."""

    __module__ = "sqlite3"
    Warning, Error, InterfaceError, DatabaseError = Warning, Error, InterfaceError, DatabaseError
    DataError, OperationalError, IntegrityError = DataError, OperationalError, IntegrityError
    InternalError, ProgrammingError, NotSupportedError = InternalError, ProgrammingError, NotSupportedError
    _db = None
    _ready = False
    _pending = None

    def __init__(self, database, *args, **kwargs):
        if args:
            kwargs = _settings("_sqlite3.Connection()", args, kwargs)
        self._open(database, **kwargs)

    def _open(
        self, database, timeout=5.0, detect_types=0, isolation_level="", check_same_thread=True, factory=None,
        cached_statements=128, uri=False, *, autocommit=LEGACY_TRANSACTION_CONTROL
    ):
        import os

        path = os.fspath(database) if not isinstance(database, (str, bytes)) else database
        path = os.fsencode(path)
        _sys.audit("sqlite3.connect", database)
        level = _checked_level(isolation_level)
        auto = _checked_autocommit(autocommit)
        if not isinstance(timeout, (int, float)):
            raise TypeError(f"must be real number, not {type(timeout).__name__}")
        _int(detect_types)
        _int(cached_statements)
        if self._db is not None:
            self._shut()
        self._ready = False
        flags = 0x2 | 0x4 | (0x40 if uri else 0) | 0x10000
        db = _native.Database(path, flags)
        if db.code != 0:
            message, code = db.message(), db.extended_code() or db.code
            db.close()
            raise _error(code, message)
        db.set_timeout(int(timeout * 1000))
        self._db = db
        self._detect = detect_types
        self._level = level
        self._autocommit = auto
        self._thread = _threading.get_ident() if check_same_thread else None
        self._room = max(cached_statements, 0)
        self._cache = _OrderedDict()
        self._cursors = []
        self._blobs = []
        self._kept = {}
        self.row_factory = None
        self.text_factory = str
        self._ready = True
        if auto is False:
            self._run("BEGIN")

    def __del__(self):
        if self._ready and self._db is not None and self._db.is_open():
            _warn(f"unclosed database in {self!r}", ResourceWarning, source=self)
            self._shut()

    # What every method asks first.

    def _check_thread(self):
        if not self._ready:
            raise ProgrammingError("Base Connection.__init__ not called.")
        if self._thread is not None and self._thread != _threading.get_ident():
            raise ProgrammingError(
                "SQLite objects created in a thread can only be used in that same thread. "
                f"The object was created in thread id {self._thread} and this is thread id {_threading.get_ident()}."
            )

    def _check(self):
        self._check_thread()
        if self._db is None or not self._db.is_open():
            raise ProgrammingError("Cannot operate on a closed database.")

    def _raise(self, code=None):
        """The error that SQLite reports."""
        known = self._db.extended_code()
        if code is None or (known & 0xFF) == (code & 0xFF):
            code = known
            message = self._db.message()
        else:
            message = _native.code_text(code)
        raise _error(code, message)

    def _run(self, sql):
        """Executes a statement of our own."""
        prepared = self._db.prepare(sql)
        if isinstance(prepared, int):
            self._raise(prepared)
        statement, _ = prepared
        code = statement.step()
        statement.finalize()
        if code not in (_DONE, _ROW):
            self._raise(code)

    def _begin(self):
        self._run("BEGIN " + (self._level or ""))

    def _prepare(self, sql):
        """The statement of a text, which must hold no second one."""
        statement = self._cache.get(sql)
        if statement is not None and not statement.in_use and statement.native.is_live():
            self._cache.move_to_end(sql)
            return statement
        statement = _statement(self, sql)
        if self._room:
            self._cache[sql] = statement
            while len(self._cache) > self._room:
                self._cache.popitem(last=False)
        return statement

    def __call__(self, *args):
        """Call self as a function."""
        self._check()
        if len(args) != 1:
            raise TypeError(f"function takes exactly 1 argument ({len(args)} given)")
        sql, = args
        if not isinstance(sql, str):
            raise TypeError(f"argument 1 must be str, not {type(sql).__name__}")
        return _statement(self, sql)

    def cursor(self, factory=_missing):
        """Return a cursor for the connection."""
        self._check()
        if factory is _missing:
            factory = Cursor
        made = factory(self)
        if not issubclass(type(made), Cursor):
            raise TypeError(f"factory must return a cursor, not {type(made).__name__}")
        if self.row_factory is not None:
            made.row_factory = self.row_factory
        return made

    def _shut(self):
        for reference in self._cursors:
            cursor = reference()
            if cursor is not None:
                cursor._forget()
        for reference in self._blobs:
            blob = reference()
            if blob is not None:
                blob._open.close()
        self._cursors, self._blobs = [], []
        for statement in self._cache.values():
            statement.native.finalize()
        self._cache.clear()
        self._db.close()
        self._kept = {}

    def close(self):
        """Close the database connection.

        Any pending transaction is not committed implicitly.
        """
        self._check_thread()
        if not self._db.is_open():
            return
        if self._autocommit is False and not self._db.is_autocommit():
            self._run("ROLLBACK")
        self._shut()

    def commit(self):
        """Commit any pending transaction to the database.

        If there is no open transaction, this method is a no-op.
        """
        self._check()
        if self._autocommit is LEGACY_TRANSACTION_CONTROL or self._autocommit == LEGACY_TRANSACTION_CONTROL and type(self._autocommit) is int:
            if not self._db.is_autocommit():
                self._run("COMMIT")
        elif self._autocommit is False:
            self._run("COMMIT")
            self._run("BEGIN")

    def rollback(self):
        """Roll back to the start of any pending transaction.

        If there is no open transaction, this method is a no-op.
        """
        self._check()
        if type(self._autocommit) is int:
            if not self._db.is_autocommit():
                self._run("ROLLBACK")
        elif self._autocommit is False:
            self._run("ROLLBACK")
            self._run("BEGIN")

    def __enter__(self):
        """Called when the connection is used as a context manager.

        Returns itself as a convenience to the caller.
        """
        self._check()
        return self

    def __exit__(self, type, value, traceback, /):
        """Called when the connection is used as a context manager.

        If there was any exception, a rollback takes place; otherwise we commit.
        """
        self._check()
        if type is None and value is None and traceback is None:
            try:
                self.commit()
            except BaseException:
                if not self._db.is_autocommit():
                    self.rollback()
                raise
        else:
            self.rollback()
        return False

    def execute(self, sql, parameters=(), /):
        """Executes an SQL statement."""
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql, parameters, /):
        """Repeatedly executes an SQL statement."""
        return self.cursor().executemany(sql, parameters)

    def executescript(self, sql_script, /):
        """Executes multiple SQL statements at once."""
        return self.cursor().executescript(sql_script)

    def interrupt(self):
        """Abort any pending database operation."""
        if not self._ready:
            raise ProgrammingError("Base Connection.__init__ not called.")
        if not self._db.is_open():
            raise ProgrammingError("Cannot operate on a closed database.")
        self._db.interrupt()

    def iterdump(self, *, filter=None):
        """Returns iterator to the dump of the database in an SQL text format."""
        self._check()
        from sqlite3.dump import _iterdump

        return _iterdump(self, filter=filter) if filter is not None else _iterdump(self)

    @property
    def isolation_level(self):
        self._check()
        return self._level

    @isolation_level.setter
    def isolation_level(self, level):
        self._check_thread()
        if level is None:
            self._level = None
            # Legacy: an open transaction ends.
            self._check()
            if type(self._autocommit) is int and not self._db.is_autocommit():
                self._run("COMMIT")
            return
        if not isinstance(level, str):
            raise TypeError("isolation_level must be str or None")
        self._level = _checked_level(level)

    @isolation_level.deleter
    def isolation_level(self):
        raise AttributeError("cannot delete attribute")

    @property
    def autocommit(self):
        self._check()
        return self._autocommit

    @autocommit.setter
    def autocommit(self, value):
        self._check()
        value = _checked_autocommit(value)
        if value is True:
            if not self._db.is_autocommit():
                self._run("COMMIT")
        elif value is False:
            if self._db.is_autocommit():
                self._run("BEGIN")
        self._autocommit = value

    @autocommit.deleter
    def autocommit(self):
        raise AttributeError("cannot delete autocommit attribute")

    def __delattr__(self, name):
        if name in ("row_factory", "text_factory"):
            raise AttributeError(f"cannot delete {name} attribute")
        object.__delattr__(self, name)

    @property
    def total_changes(self):
        self._check()
        return self._db.total_changes()

    @property
    def in_transaction(self):
        self._check()
        return not self._db.is_autocommit()

    # Callbacks.

    def create_function(self, *args, deterministic=False, **named):
        """Creates a new function."""
        name, narg, func = _three("create_function", args, named, "name", "narg", "func")
        self._check()
        if not -1 <= _int(narg) <= self._db.limit(6, -1):
            raise ProgrammingError(f"'narg' must be between -1 and {self._db.limit(6, -1)}, not {narg}")
        wrapped = None
        if func is not None:

            def wrapped(*args):
                try:
                    result = func(*args)
                    if _fits(result):
                        return result
                    raise _unfit(result)
                except BaseException as error:
                    return _failure(func, error, "user-defined function raised exception")

        code = self._db.create_function(name, narg, 0x800 if deterministic else 0, wrapped)
        if code != 0:
            raise OperationalError("Error creating function")

    def _create_aggregate(self, name, count, factory, window):
        wrapped = None
        if factory is not None:
            running = {}

            def fail(error, method, what):
                missing = isinstance(error, AttributeError) and what == "missing"
                end = "method not defined" if missing else "method raised error"
                return _failure(factory, error, f"user-defined aggregate's '{method}' {end}")

            def wrapped(stage, run, *args):
                method = ("step", "inverse", "value", "finalize")[stage]
                target = running.get(run)
                try:
                    if target is None:
                        if stage in (0, 1):
                            try:
                                target = running[run] = factory()
                            except BaseException as error:
                                return _failure(factory, error, "user-defined aggregate's '__init__' method raised error")
                        else:
                            return None
                    try:
                        bound = getattr(target, method)
                    except AttributeError as error:
                        return fail(error, method, "missing")
                    try:
                        result = bound(*args)
                        if stage in (0, 1):
                            return None
                        if _fits(result):
                            return result
                        raise _unfit(result)
                    except BaseException as error:
                        return fail(error, method, "")
                finally:
                    if stage == 3:
                        running.pop(run, None)

        return self._db.create_aggregate(name, count, window, wrapped)

    def create_aggregate(self, *args, **named):
        """Creates a new aggregate."""
        name, n_arg, aggregate_class = _three("create_aggregate", args, named, "name", "n_arg", "aggregate_class")
        self._check()
        if not -1 <= _int(n_arg) <= self._db.limit(6, -1):
            raise ProgrammingError(f"'n_arg' must be between -1 and {self._db.limit(6, -1)}, not {n_arg}")
        if self._create_aggregate(name, n_arg, aggregate_class, False) != 0:
            raise OperationalError("Error creating aggregate")

    def create_window_function(self, name, num_params, aggregate_class, /):
        """Creates or redefines an aggregate window function. Non-standard."""
        self._check()
        if not -1 <= _int(num_params) <= self._db.limit(6, -1):
            raise ProgrammingError(f"'num_params' must be between -1 and {self._db.limit(6, -1)}, not {num_params}")
        code = self._create_aggregate(name, num_params, aggregate_class, True)
        if code != 0:
            raise ProgrammingError(_native.code_text(code)) if code == _MISUSE else _error(code, self._db.message())

    def create_collation(self, name, callback, /):
        """Creates a collation function."""
        self._check()
        if callback is not None and not callable(callback):
            raise TypeError("parameter must be callable")
        if not isinstance(name, str):
            raise TypeError(f"create_collation() argument 1 must be str, not {_class_name(name)}")
        # A lone surrogate is an error of its own class.
        name.encode()
        wrapped = None
        if callback is not None:

            def wrapped(a, b):
                try:
                    order = callback(a, b)
                    if not isinstance(order, int):
                        return 0
                    return (order > 0) - (order < 0)
                except BaseException as error:
                    # The statement that compares raises it.
                    self._pending = error
                    return 0

        code = self._db.create_collation(name, wrapped)
        if code != 0:
            self._raise(code)

    def set_authorizer(self, *args, **named):
        """Set authorizer callback."""
        callback, = _three("set_authorizer", args, named, "authorizer_callback")
        self._check()
        wrapped = None
        if callback is not None:

            def wrapped(*args):
                try:
                    answer = callback(*args)
                    if not isinstance(answer, int):
                        return 1
                    if not -(1 << 31) <= answer < 1 << 31:
                        raise OverflowError("Python int too large to convert to C int")
                    return answer
                except BaseException as error:
                    _report(callback, error)
                    return 1

        if self._db.set_authoriser(wrapped) != 0:
            raise OperationalError("Error setting authorizer callback")

    def set_progress_handler(self, *args, n=_missing, **named):
        """Set progress handler callback."""
        if n is _missing:
            *args, n = args
        callback, = _three("set_progress_handler", args, named, "progress_handler")
        self._check()
        wrapped = None
        if callback is not None:

            def wrapped():
                try:
                    return bool(callback())
                except BaseException as error:
                    _report(callback, error)
                    return True

        self._db.set_progress(wrapped, n)

    def set_trace_callback(self, *args, **named):
        """Set a trace callback called for each SQL statement (passed as unicode)."""
        callback, = _three("set_trace_callback", args, named, "trace_callback")
        self._check()
        wrapped = None
        if callback is not None:

            def wrapped(text):
                if text is None:
                    error = DataError("Expanded SQL string exceeds the maximum string length")
                    _report(callback, error)
                    return
                try:
                    callback(text)
                except BaseException as error:
                    _report(callback, error)

        self._db.set_trace(wrapped)

    # The rest of SQLite.

    def enable_load_extension(self, enable, /):
        """Enable dynamic loading of SQLite extension modules."""
        self._check()
        _sys.audit("sqlite3.enable_load_extension", self, enable)
        raise NotSupportedError("extensions are not loaded here")

    def load_extension(self, name, /, *, entrypoint=None):
        """Load SQLite extension module."""
        self._check()
        _sys.audit("sqlite3.load_extension", self, name)
        raise OperationalError("not authorized")

    def setlimit(self, category, limit, /):
        """Set connection run-time limits."""
        self._check()
        old = self._db.limit(category, limit)
        if old < 0:
            raise ProgrammingError("'category' is out of bounds")
        return old

    def getlimit(self, category, /):
        """Get connection run-time limits."""
        return self.setlimit(category, -1)

    def setconfig(self, op, enable=True, /):
        """Set a boolean connection configuration option."""
        self._check()
        if op not in _SWITCHES:
            raise ValueError(f"unknown config 'op': {op}")
        code, now = self._db.configure(op, int(bool(enable)))
        if code != 0:
            self._raise(code)
        if now != bool(enable):
            raise OperationalError("Unable to set config")

    def getconfig(self, op, /):
        """Query a boolean connection configuration option."""
        self._check()
        if op not in _SWITCHES:
            raise ValueError(f"unknown config 'op': {op}")
        code, now = self._db.configure(op, -1)
        if code != 0:
            self._raise(code)
        return now

    def serialize(self, *, name="main"):
        """Serialize a database into a byte string."""
        self._check()
        data = self._db.serialize(name)
        if data is None:
            raise OperationalError(f"unable to serialize '{name}'")
        return data

    def deserialize(self, data, /, *, name="main"):
        """Load a serialized database."""
        self._check()
        if isinstance(data, str):
            data = data.encode()
        try:
            view = memoryview(data)
        except TypeError:
            raise TypeError(f"a bytes-like object is required, not '{type(data).__name__}'") from None
        if not view.c_contiguous:
            raise BufferError("memoryview: underlying buffer is not C-contiguous")
        code = self._db.deserialize(data, name)
        if code != 0:
            if not self._db.message() or self._db.extended_code() == 0:
                raise _error(code, f"unable to deserialize '{name}'")
            self._raise()

    def blobopen(self, table, column, rowid, /, *, readonly=False, name="main"):
        """Open and return a BLOB object."""
        self._check()
        opened = self._db.open_blob(name, table, column, rowid, not readonly)
        if isinstance(opened, int):
            self._raise(opened)
        return _make_blob(self, opened)

    def backup(self, target, *, pages=-1, progress=None, name="main", sleep=0.25):
        """Makes a backup of the database."""
        self._check()
        if not isinstance(target, Connection):
            raise TypeError(f"backup() argument 1 must be sqlite3.Connection, not {_class_name(target)}")
        if target is self:
            raise ValueError("target cannot be the same connection instance")
        target._check_thread()
        if target._db is None or not target._db.is_open():
            raise ProgrammingError("Cannot operate on a closed database.")
        if progress is not None and not callable(progress):
            raise TypeError("progress argument must be a callable")
        if pages == 0:
            pages = -1
        ended = [0]

        def between(code, left, all):
            import time

            ended[0] = code
            if progress is not None:
                progress(code, left, all)
                if not (self._db.is_open() and target._db.is_open()):
                    raise ProgrammingError("Cannot operate on a closed database.")
            if code in (5, 6):
                time.sleep(sleep)
            return True

        code = self._db.backup(target._db, name, pages, between)
        if code != 0:
            known = target._db.extended_code()
            message = target._db.message() if (known & 0xFF) == (code & 0xFF) else _native.code_text(code)
            raise _error(code, message)


_SWITCHES = {_value for _name, _value in _CODES.items() if _name.startswith("DBCONFIG_")}


def connect(database, *args, factory=None, **kwargs):
    """Open a connection to the SQLite database file 'database'.

    You can use ":memory:" to open a database connection to a database that
    resides in RAM instead of on disk.
    """
    if args:
        factory = _settings("sqlite3.connect()", args, kwargs).get("factory", factory)
    elif factory is not None and factory is not Connection:
        kwargs["factory"] = factory
    return (factory or Connection)(database, *args, **kwargs)


connect.__text_signature__ = (
    "(database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, factory=None, "
    "cached_statements=128, uri=False, *, autocommit=-1)"
)
