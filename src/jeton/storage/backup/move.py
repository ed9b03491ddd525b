"""A platform moves from SQLite to PostgreSQL: the rows go, the bytes stay where they are."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw

from jeton.storage.backup.layout import UNDER_WAY, Progress, columns_of, digest_of, every_row, tables
from jeton.storage.backup.rows import Snapshot, SqliteSnapshot, filling, heads_of, within
from jeton.storage.blobs.disk import sync_folder
from jeton.storage.sql.migrate import fresh
from jeton.storage.sql.sqlite import DATABASE, FolderLock, NoDatabase, open_writer, problem_of

MOVED: Final = f"{DATABASE}.moved"


class Differs(RuntimeError):
    """What came out of PostgreSQL is not what went in. Nothing was kept."""


class Moved(RuntimeError):
    """The platform of this data folder lives on PostgreSQL now."""


def check_not_moved(data: Path, url: str | None) -> None:
    """Raises Moved where a forgotten setting would show an empty platform beside the files of the true one."""
    if url is None and (data / MOVED).exists() and not (data / DATABASE).exists():
        raise Moved(
            f"the platform in {data.absolute()} moved to PostgreSQL: set JETON_DATABASE_URL (to go back to what it was "
            f"before, rename {MOVED} to {DATABASE})"
        )


def move(data: Path, url: str, progress: Progress) -> int:
    """Copy every row into an empty PostgreSQL database, read it back, and put the SQLite file aside; how many rows.

    Raises NoDatabase, FolderInUse, Busy, NotEmpty, Unfit, Differs, Unreachable, UnsoundPostgresql: the SQLite file is
    as it was.
    """
    if not (data / DATABASE).exists():
        raise NoDatabase(f"there is no platform in {data.absolute()}")
    lock = FolderLock(data)
    try:
        with _alone(data) as source:
            with fresh(data, url, heads_of(source)) as connection:
                with filling(connection) as filler:
                    for table in tables(without=UNDER_WAY):
                        progress(f"table {table.name}")
                        filler.fill(table.name, columns_of(table), source.rows(every_row(table)))
                count = _compare(source, within(connection), progress)
            _put_aside(data)
    finally:
        lock.release()
    return count


@contextmanager
def _alone(data: Path) -> Iterator[Snapshot]:
    """The database with all that it holds in its one file, and no command writing to it meanwhile."""
    connection = open_writer(data / DATABASE)
    try:
        try:
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            connection.execute("BEGIN IMMEDIATE")
        except apsw.Error as error:
            raise problem_of(error) or error from error
        yield SqliteSnapshot(connection)
    finally:
        connection.close()


def _put_aside(data: Path) -> None:
    """Nobody serves it again by mistake: that would destroy bytes that the other one names."""
    (data / DATABASE).rename(data / MOVED)
    with suppress(FileNotFoundError):
        (data / f"{DATABASE}-wal").rename(data / f"{MOVED}-wal")  # a command may have come between
    (data / f"{DATABASE}-shm").unlink(missing_ok=True)
    sync_folder(data)


def _compare(source: Snapshot, target: Snapshot, progress: Progress) -> int:
    total = 0
    for table in tables(without=UNDER_WAY):
        progress(f"compare {table.name}")
        columns, query = columns_of(table), every_row(table)
        count, digest = digest_of(columns, source.rows(query))
        if digest_of(columns, target.rows(query)) != (count, digest):
            raise Differs(f"the rows of {table.name} came back changed: nothing was kept")
        total += count
    return total
