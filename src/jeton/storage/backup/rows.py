"""Rows out of a database, as one moment had them, and into an empty one: a few at a time, on either engine."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import apsw
import psycopg
from psycopg import sql
from sqlalchemy import Connection, Select, Text, column, delete, insert, select, table, text
from sqlalchemy.dialects import postgresql, sqlite

from jeton.storage.backup.layout import Column, Damaged, Row
from jeton.storage.sql.postgresql import connect, unreachable
from jeton.storage.sql.sqlite import DATABASE, open_reader

_SQLITE: Final = sqlite.dialect(paramstyle="qmark")
_POSTGRESQL: Final = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
_HEAD: Final = column("version_num", Text)
_HEADS: Final[Select[Any]] = select(_HEAD).select_from(table("alembic_version")).order_by(_HEAD)
_AT_ONCE: Final = 2000

# A row may refer to one that comes later. As pg_dump does, references are taken away, and given back at the end, when
# the server looks at all of them at once.
_REFERENCES: Final = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname
"""
_BROKEN: Final = text('SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check ORDER BY 1, 2 LIMIT 1')


class Unfit(Exception):
    """Rows that an engine does not take."""


class Snapshot(Protocol):
    """One moment of a database."""

    def rows(self, query: Select[Any]) -> Iterator[Row]:
        """What a query without parameters gives, fetched as it is asked for."""


class SqliteSnapshot:
    """A moment of an apsw connection, which is in a transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def rows(self, query: Select[Any]) -> Iterator[Row]:
        cursor = self._connection.execute(str(query.compile(dialect=_SQLITE)))
        try:
            yield from cursor
        finally:
            cursor.close(True)


class _PostgresSnapshot:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def rows(self, query: Select[Any]) -> Iterator[Row]:
        with self._connection.cursor("rows", binary=True) as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(str(query.compile(dialect=_POSTGRESQL)).encode())
            yield from cursor


@contextmanager
def snapshot(folder: Path, url: str | None) -> Iterator[Snapshot]:
    """A moment of a platform's database, beside whoever writes. Raises NoDatabase; Unreachable, UnsoundPostgresql."""
    if url is None:
        reader = open_reader(folder / DATABASE)
        try:
            reader.execute("BEGIN")
            yield SqliteSnapshot(reader)
        finally:
            reader.close()
        return
    connection = connect(url)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    try:
        yield _PostgresSnapshot(connection)
    except psycopg.OperationalError as error:
        raise unreachable(error) from None
    finally:
        connection.close()


def within(connection: Connection) -> Snapshot:
    """What a PostgreSQL database holds, as the transaction sees it that is filling it."""
    return _PostgresSnapshot(_raw(connection))


def _raw(connection: Connection) -> psycopg.Connection[Any]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - what `fresh` connects with
    return raw


def heads_of(moment: Snapshot) -> tuple[str, ...]:
    """The migrations that a database has had."""
    return tuple(head for (head,) in moment.rows(_HEADS))


@contextmanager
def filling(connection: Connection) -> Iterator["Filler"]:
    """Rows in any order into the empty tables of a `fresh` database; references are looked at when all are there.

    Raises Damaged for a row that refers to none, Unfit.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield _SqliteFiller(connection)
        broken = connection.execute(_BROKEN).first()
        if broken is not None:
            raise Damaged(f"Row {broken[1]} of {broken[0]} refers to a row of {broken[2]} that is not there.")
        return
    raw = _raw(connection)
    references = [tuple(map(str, found)) for found in raw.execute(_REFERENCES).fetchall()]
    for owner, name, _ in references:
        raw.execute(f"ALTER TABLE {owner} DROP CONSTRAINT {name}".encode())
    yield _PostgresFiller(raw)
    for owner, name, definition in references:
        try:
            raw.execute(f"ALTER TABLE {owner} ADD CONSTRAINT {name} {definition}".encode())
        except psycopg.errors.ForeignKeyViolation as error:
            raise Damaged(f"A row of {owner} refers to one that is not there: {error.diag.message_detail}") from None
    raw.execute("ANALYZE")


class Filler(Protocol):
    """Puts rows into tables."""

    def fill(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """All rows of a table, in place of what migrations put there. Raises Unfit, and what taking a row raises."""


class _SqliteFiller:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fill(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        into = table(name, *(column(one.name) for one in columns))
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(str(delete(into).compile(dialect=_SQLITE)))
            cursor.executemany(str(insert(into).compile(dialect=_SQLITE)), rows)  # type: ignore[arg-type]  # typed for lists; ours takes any rows
        except apsw.Error as error:
            raise Unfit(f"the rows of {name} are not taken: {error}") from error


class _PostgresFiller:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def fill(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        into = sql.Identifier(name)
        names = sql.SQL(", ").join(sql.Identifier(one.name) for one in columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(into, names)
        try:
            self._connection.execute(sql.SQL("DELETE FROM {}").format(into))
            with self._connection.cursor().copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            if self._connection.closed:
                raise unreachable(error) from None
            raise Unfit(f"the rows of {name} are not taken: {str(error).splitlines()[0]}") from error
