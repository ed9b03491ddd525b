"""One database for the tests of a module, on either engine, and transactions in it that are taken back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from jeton.storage.sql.postgresql import PostgresSession, open_connection
from jeton.storage.sql.session import Session
from jeton.storage.sql.sqlite import DATABASE, SqliteSession, open_writer
from jeton.testing.postgres import migrated_database, server
from jeton.testing.sqlite import lay_migrated

ENGINES: Final = ("sqlite", "postgresql")

Transaction = Callable[[], AbstractContextManager[Session]]
"""Begins one; nothing of it is kept."""


@contextmanager
def on(engine: str, folder: Path, *, with_references: bool = True) -> Iterator[Transaction]:
    """A migrated, empty database, which goes away afterwards; rows may refer to none there, if told so."""
    if engine == "sqlite":
        with _sqlite(folder, with_references=with_references) as transaction:
            yield transaction
    else:
        with _postgresql(with_references=with_references) as transaction:
            yield transaction


@contextmanager
def _sqlite(folder: Path, *, with_references: bool) -> Iterator[Transaction]:
    lay_migrated(folder)
    connection = open_writer(folder / DATABASE)
    if not with_references:
        connection.execute("PRAGMA foreign_keys = OFF").fetchall()

    @contextmanager
    def transaction() -> Iterator[Session]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield SqliteSession(connection)
        finally:
            connection.execute("ROLLBACK")

    yield transaction
    connection.close()


@contextmanager
def _postgresql(*, with_references: bool) -> Iterator[Transaction]:
    url = migrated_database()
    connection = open_connection(url)
    if not with_references:
        connection.value(b"SET session_replication_role = replica")

    @contextmanager
    def transaction() -> Iterator[Session]:
        connection.ahead(b"BEGIN ISOLATION LEVEL SERIALIZABLE")
        try:
            yield PostgresSession(connection)
        finally:
            connection.leave(b"ROLLBACK")

    yield transaction
    connection.close()
    server().drop(url)
