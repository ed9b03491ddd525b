"""The schema's way forward: Alembic, one branch per owner, from whatever is there to the newest. Never back.

The same steps on both engines. A platform is named by its data folder, and by the URL of its database when that is
PostgreSQL's.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import apsw
import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from sqlalchemy import Column, Connection, Engine, NullPool, Text, create_engine, event, inspect, text
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler
from sqlalchemy.exc import DBAPIError

import jeton.storage.migrations
from jeton.storage.sql import dbapi
from jeton.storage.sql.postgresql import connect, unreachable
from jeton.storage.sql.sqlite import DATABASE, FolderLock, problem_of

_SCRIPTS: Final = str(Path(jeton.storage.migrations.__file__).parent)
_TURN: Final = 0x6A65746F6E01
"""The advisory lock under which one process at a time changes a PostgreSQL schema."""


class TooNew(RuntimeError):
    """The database was written by a newer release."""


class NotEmpty(RuntimeError):
    """A database that should hold nothing holds tables."""


class _InByteOrder(PGDDLCompiler):
    """Text is compared and sorted by its bytes on every engine, whatever the language of the database."""

    def get_column_specification(self, column: Column[Any], **options: Any) -> str:
        """A column as CREATE TABLE has it."""
        specification: str = super().get_column_specification(column, **options)  # type: ignore[no-untyped-call]
        if isinstance(column.type, Text):
            return specification.replace(" TEXT", ' TEXT COLLATE "C"', 1)
        return specification


def _engine(folder: Path, url: str | None) -> Engine:
    if url is not None:
        engine = create_engine("postgresql+psycopg://", creator=lambda: connect(url), poolclass=NullPool)
        engine.dialect.ddl_compiler = _InByteOrder
        return engine
    engine = create_engine(f"sqlite:///{folder / DATABASE}", module=dbapi, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def pending(folder: Path, url: str | None = None) -> tuple[str, ...]:
    """Migrations that the database still lacks. Raises TooNew; on PostgreSQL Unreachable, UnsoundPostgresql."""
    if url is None and not (folder / DATABASE).exists():
        return _lacking(())
    with _connection(folder, url) as connection:
        return _lacking(_heads_of(connection))


def _lacking(current: tuple[str, ...]) -> tuple[str, ...]:
    scripts = _scripts()
    try:
        done = {revision.revision for revision in scripts.iterate_revisions(current, "base")} if current else set()
    except ResolutionError as error:
        raise TooNew("this platform's database was written by a newer release of jeton; run that one") from error
    return tuple(sorted(revision.revision for revision in scripts.walk_revisions() if revision.revision not in done))


def _heads_of(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


@contextmanager
def _connection(folder: Path, url: str | None) -> Iterator[Connection]:
    engine = _engine(folder, url)
    try:
        with engine.connect() as connection:
            yield connection
    except (psycopg.OperationalError, DBAPIError) as error:
        raise _told(error.orig if isinstance(error, DBAPIError) else error) or error from None
    finally:
        engine.dispose()


def _told(error: BaseException | None) -> Exception | None:
    """What an engine's error says of the world outside: no room, no turn, no server. None for all others."""
    if isinstance(error, apsw.Error):
        return problem_of(error)
    if isinstance(error, psycopg.OperationalError) and (error.sqlstate or "57P").startswith("57P"):
        return unreachable(error)
    return None


def migrate(folder: Path, url: str | None = None) -> tuple[str, ...]:
    """Bring the database to the newest schema; what was done. A second run does nothing.

    Raises TooNew; with SQLite FolderInUse when there is something to do under a running server; on PostgreSQL
    Unreachable, UnsoundPostgresql.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    todo = pending(folder, url)
    if not todo:
        return todo
    if url is not None:
        return _migrate_in_turn(folder, url)
    lock = FolderLock(folder)
    try:
        with _connection(folder, None) as connection, connection.begin():
            _upgrade(connection)
    finally:
        lock.release()
    return todo


def _migrate_in_turn(folder: Path, url: str) -> tuple[str, ...]:
    """On PostgreSQL, where several may start at once: the first does it, the others find it done."""
    with _connection(folder, url) as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
        todo = _lacking(_heads_of(connection))
        if todo:
            _upgrade(connection)
        return todo


def _upgrade(connection: Connection, *heads: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    for head in heads or ("heads",):
        command.upgrade(config, head)


def check_known(heads: Sequence[str]) -> None:
    """Raises TooNew when some of these migrations are of a newer release."""
    _lacking(tuple(heads))


@contextmanager
def fresh(folder: Path, url: str | None, heads: Sequence[str]) -> Iterator[Connection]:
    """An empty database with the schema that these migrations make, to be filled: brought to the newest at the end.

    One transaction: all of it is kept, or nothing. With SQLite the caller holds the folder's lock. Raises NotEmpty,
    TooNew; on PostgreSQL Unreachable, UnsoundPostgresql.
    """
    check_known(heads)
    with _connection(folder, url) as connection, connection.begin():
        if url is not None:
            connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
            connection.execute(text("SET LOCAL synchronous_commit = on"))
        if inspect(connection).get_table_names():
            raise NotEmpty("the database holds tables already: an empty one is needed")
        _upgrade(connection, *heads)
        yield connection
        _upgrade(connection)


def tables(folder: Path, url: str | None = None) -> set[str]:
    """The tables that are there."""
    if url is None and not (folder / DATABASE).exists():
        return set()
    with _connection(folder, url) as connection:
        return set(inspect(connection).get_table_names())
