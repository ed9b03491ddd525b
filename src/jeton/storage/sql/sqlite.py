"""SQLite through apsw, and nothing else on a live file: connections, settings, the version that is sound, the lock."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Final, TypeVar

import apsw
from sqlalchemy.dialects import sqlite

from jeton.kernel.problems import Busy, NoSpace, Problem
from jeton.storage.sql.session import AlreadyThere, Engine
from jeton.storage.sql.statement import Compiled, Sql, compile_statement, find_statements

R = TypeVar("R")

DATABASE: Final = "jeton.sqlite"
LOCK: Final = "jeton.lock"
# Before this release a reset of the write-ahead log could lose a commit (security.md R36).
SOUND_VERSION: Final = (3, 51, 3)
POLL_S: Final = 0.0003
LARGEST_IDLE_LOG: Final = 64 * 1024 * 1024
"""A log that a long reader made grow is cut to this when it begins anew."""
_DIALECT: Final = sqlite.dialect(paramstyle="named")
_UNIQUE: Final = frozenset(
    {apsw.SQLITE_CONSTRAINT_UNIQUE, apsw.SQLITE_CONSTRAINT_PRIMARYKEY, apsw.SQLITE_CONSTRAINT_ROWID}
)
_NO_ROOM: Final = frozenset({apsw.SQLITE_IOERR_SHMSIZE, apsw.SQLITE_IOERR_NOMEM})
"""Input and output errors that say that something is full, not that the disk lost what it was given."""


class UnsoundSqlite(RuntimeError):
    """The SQLite at hand is older than the repaired one."""


class FolderInUse(RuntimeError):
    """Another `serve` works on this data folder."""


class NoDatabase(RuntimeError):
    """Nothing was created in this data folder yet."""


def check_version() -> None:
    """Raises UnsoundSqlite."""
    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if version < SOUND_VERSION:
        raise UnsoundSqlite(f"SQLite {apsw.sqlite_lib_version()} is older than 3.51.3, the first that is sound here")


class Plans(dict[Sql[Any], Compiled]):
    """Compiled statements; one that is not there yet is compiled once."""

    def __missing__(self, sql: Sql[Any]) -> Compiled:
        compiled = compile_statement(sql, _DIALECT)
        self[sql] = compiled
        return compiled


PLANS: Final = Plans()


def compile_all(*stores: ModuleType) -> None:
    """Compile every statement, slices' own stores included, so that none is refused later. Raises Uncompilable."""
    for _, sql in find_statements(*stores):
        PLANS[sql]


def problem_of(error: apsw.Error) -> Problem | None:
    """The problem that an engine error stands for, when its cause lies outside: no room, or no turn. Otherwise None."""
    if isinstance(error, apsw.FullError) or getattr(error, "extendedresult", 0) in _NO_ROOM:
        return NoSpace()
    if isinstance(error, (apsw.BusyError, apsw.LockedError)):
        return Busy(retry_after_s=1)
    return None


def is_damage(error: apsw.Error) -> bool:
    """Whether nobody knows any longer what the disk holds: a failed write or sync, a damaged or lost file."""
    if getattr(error, "extendedresult", 0) in _NO_ROOM:
        return False
    return isinstance(error, (apsw.IOError, apsw.CorruptError, apsw.NotADBError, apsw.ReadOnlyError))


class SqliteSession:
    """A `Session` on one apsw connection. Source of its shape: storage.sql.session."""

    __slots__ = ("_changes", "_execute")
    engine: ClassVar[Engine] = "sqlite"

    def __init__(self, connection: apsw.Connection) -> None:
        self._execute = connection.execute
        self._changes = connection.changes

    def all(self, sql: Sql[R], **parameters: Any) -> list[R]:
        row = sql.row
        return [row(*columns) for columns in self._rows(sql, parameters)]

    def one(self, sql: Sql[R], **parameters: Any) -> R | None:
        rows = self._rows(sql, parameters)
        return sql.row(*rows[0]) if rows else None

    def each(self, sql: Sql[R], **parameters: Any) -> Iterator[R]:
        plan = PLANS[sql]
        row = sql.row
        cursor = self._execute(plan.text, {**plan.constants, **parameters})
        try:
            for columns in cursor:
                yield row(*columns)
        finally:
            cursor.close(True)  # by force: whoever stopped half-way leaves no snapshot pinned

    def run(self, sql: Sql[Any], **parameters: Any) -> int:
        plan = PLANS[sql]
        if plan.constants:
            parameters = {**plan.constants, **parameters}
        try:
            self._execute(plan.text, parameters)
        except apsw.ConstraintError as error:
            raise _told(error) from error
        return self._changes()

    def bound(self, values: Sequence[int] | Sequence[str]) -> object:
        return json.dumps(list(values))

    def _rows(self, sql: Sql[Any], parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        plan = PLANS[sql]
        if plan.constants:
            parameters = {**plan.constants, **parameters}
        try:
            # Fetched whole: a cursor that is not exhausted pins its snapshot past the transaction's end.
            return self._execute(plan.text, parameters).fetchall()
        except apsw.ConstraintError as error:  # an INSERT ... RETURNING
            raise _told(error) from error


def _told(error: apsw.ConstraintError) -> Exception:
    return AlreadyThere() if getattr(error, "extendedresult", 0) in _UNIQUE else error


def open_writer(file: Path) -> apsw.Connection:
    """The one connection that writes: synced at each commit, checkpointing when told only."""
    connection = _open(file, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute(f"PRAGMA journal_size_limit = {LARGEST_IDLE_LOG}").fetchall()
    connection.wal_autocheckpoint(0)
    return connection


def open_reader(file: Path) -> apsw.Connection:
    """A connection that cannot write. Raises NoDatabase."""
    connection = _open(file, apsw.SQLITE_OPEN_READWRITE)
    connection.execute("PRAGMA query_only = ON").fetchall()
    connection.wal_autocheckpoint(0)
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    return connection


def open_beside(file: Path) -> apsw.Connection:
    """A connection for a command beside a server: it waits for its turn and never checkpoints. Raises NoDatabase."""
    connection = _open(file, apsw.SQLITE_OPEN_READWRITE)
    connection.wal_autocheckpoint(0)
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    return connection


def _open(file: Path, flags: int) -> apsw.Connection:
    check_version()
    if not flags & apsw.SQLITE_OPEN_CREATE and not file.exists():
        raise NoDatabase(f"there is no platform in {file.parent.absolute()}: jeton init creates one")
    connection = apsw.Connection(str(file), flags=flags, statementcachesize=400)
    connection.set_busy_handler(_patience(10.0))
    # Without it a statement that joins is planned anew each time a parameter is bound: four fifths of its time.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.execute("PRAGMA synchronous = FULL").fetchall()
    connection.execute("PRAGMA foreign_keys = ON").fetchall()
    connection.execute("PRAGMA mmap_size = 0").fetchall()
    connection.execute("PRAGMA cache_size = -16384").fetchall()
    connection.execute("PRAGMA temp_store = MEMORY").fetchall()  # what savepoints set aside stays off the disk
    return connection


def _patience(limit_s: float) -> Callable[[int], bool]:
    """Poll for the lock instead of backing off: beside a busy writer, longer naps starve (recipes.md)."""
    began = 0.0

    def wait(attempts: int) -> bool:
        nonlocal began
        if attempts == 0:
            began = time.monotonic()
        if time.monotonic() - began > limit_s:
            return False
        time.sleep(POLL_S)
        return True

    return wait


class FolderLock:
    """Held by the one `serve` of a data folder for as long as it lives."""

    __slots__ = ("_descriptor",)

    def __init__(self, folder: Path) -> None:
        """Raises FolderInUse."""
        self._descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise FolderInUse(f"another jeton serves the data folder {folder.absolute()}") from None

    def release(self) -> None:
        """Let the folder go."""
        os.close(self._descriptor)
