"""Compiled statements, and what is read of their text."""
from _sqlite3._codes import DataError, ProgrammingError, _DONE

class Statement:
    """A compiled statement."""

    __slots__ = ("native", "in_use", "is_dml", "names", "__weakref__")
    __module__ = "sqlite3"

    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create 'sqlite3.Statement' instances")

    def _compile(self, connection, sql):
        if "\0" in sql:
            raise ProgrammingError("the query contains a null character")
        db = connection._db
        size = len(sql) if sql.isascii() else len(sql.encode())
        if size > db.limit(1, -1):
            raise DataError("query string is too large")
        prepared = db.prepare(sql)
        if isinstance(prepared, int):
            connection._raise(prepared)
        self.native, rest = prepared
        if rest and _has_more(rest):
            if self.native is not None:
                self.native.finalize()
            raise ProgrammingError("You can only execute one statement at a time.")
        self.in_use = False
        self.names = None
        self.is_dml = _first_word(sql) in ("INSERT", "UPDATE", "DELETE", "REPLACE")
        if self.native is None:
            self.native = _Nothing()


def _statement(connection, sql):
    made = object.__new__(Statement)
    made._compile(connection, sql)
    return made


class _Nothing:
    """A statement of a text without one."""

    def step(self):
        return _DONE

    def reset(self):
        return 0

    def is_live(self):
        return True

    def is_busy(self):
        return False

    def finalize(self):
        pass

    def clear_bindings(self):
        pass

    def is_readonly(self):
        return True

    def parameter_count(self):
        return 0

    def column_count(self):
        return 0


def _skip(text):
    """A text without the spaces and comments at its start."""
    at = 0
    while at < len(text):
        if text[at] in " \t\r\n\f":
            at += 1
        elif text.startswith("--", at):
            end = text.find("\n", at)
            if end < 0:
                return ""
            at = end + 1
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            if end < 0:
                return ""
            at = end + 2
        else:
            return text[at:]
    return ""


def _has_more(text):
    return bool(_skip(text))


def _first_word(text):
    return _skip(text)[:7].upper().split(None, 1)[0].rstrip(";") if _skip(text) else ""
