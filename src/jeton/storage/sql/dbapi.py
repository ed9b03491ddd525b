"""The least of a DBAPI (PEP 249) over apsw: Alembic's way to a live file, so that no second SQLite ever opens one."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import apsw

from jeton.storage.sql.sqlite import open_writer

paramstyle: Final = "qmark"
apilevel: Final = "2.0"
threadsafety: Final = 1
sqlite_version: Final = apsw.sqlite_lib_version()
sqlite_version_info: Final = tuple(int(part) for part in sqlite_version.split("."))
Binary: Final = bytes
Error: Final = apsw.Error
DatabaseError = OperationalError = InterfaceError = ProgrammingError = apsw.SQLError
IntegrityError: Final = apsw.ConstraintError
NotSupportedError = DataError = InternalError = Error


class Cursor:
    """Runs one statement at a time and holds its rows."""

    arraysize = 1
    lastrowid = 0

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1

    def execute(self, text: str, parameters: Sequence[Any] = ()) -> None:
        """Run, and fetch whatever comes."""
        cursor = self._connection.cursor()
        described: list[Any] = []

        def describe(running: apsw.Cursor, _text: str, _bindings: object) -> bool:
            described.extend(running.get_description())
            return True

        cursor.exec_trace = describe
        self._rows = list(cursor.execute(text, tuple(parameters)))
        self.description = [(name, None, None, None, None, None, None) for name, _ in described] or None
        self.rowcount = self._connection.changes()

    def executemany(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run once for each row, taking them one at a time."""
        self._connection.executemany(text, rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        self._rows = []


class Connection:
    """A connection whose transactions Alembic opens itself, with BEGIN IMMEDIATE."""

    isolation_level = None

    def __init__(self, file: Path) -> None:
        self._connection = open_writer(file)

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()

    def create_function(self, name: str, count: int, function: Callable[..., Any], **_options: Any) -> None:
        self._connection.create_scalar_function(name, function, count)


def connect(file: str, **_options: Any) -> Connection:
    """Open a file for migrating."""
    return Connection(Path(file))
