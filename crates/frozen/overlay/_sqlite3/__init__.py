"""DB-API for SQLite: what the package sqlite3 is made of, on _taipan_sqlite's connections, statements and values."""
from _sqlite3._codes import *
from _sqlite3._values import (
    PrepareProtocol, adapt, adapters, complete_statement, converters, enable_callback_tracebacks, register_adapter,
    register_converter,
)
from _sqlite3._statement import Statement
from _sqlite3._cursor import Cursor, Row
from _sqlite3._blob import Blob
from _sqlite3._connection import Connection, connect
