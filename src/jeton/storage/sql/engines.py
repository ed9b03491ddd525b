"""Which engine a platform's database is of: the one place that chooses between SQLite and PostgreSQL.

A platform has a data folder; its database lies in it, or is named by a `postgresql://` URL.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from jeton.kernel.configuration import Seals
from jeton.kernel.ports import Work, Works
from jeton.kernel.tree import Strictness
from jeton.kit.clock import Clock
from jeton.kit.mint import Mint
from jeton.storage.keys import NO_KEYS
from jeton.storage.sql.postgresql import connection_parts
from jeton.storage.sql.postgresql_works import PostgresBesideWorks, PostgresWorks
from jeton.storage.sql.sqlite import DATABASE, NoDatabase
from jeton.storage.sql.works import BesideWorks, SqliteWorks

T = TypeVar("T")


class ServingWorks(Works, Protocol):
    """Works of a serving process."""

    @property
    def is_healthy(self) -> bool:
        """Whether writes are still taken."""

    def close(self) -> None:
        """Do what still waits, then let go. Blocks."""


class CommandWorks(Protocol):
    """Works of a command, on the calling thread."""

    def read(self, use: Callable[[Work], T]) -> T:
        """Run on one snapshot."""

    def write(self, use: Callable[[Work], T]) -> T:
        """Run and keep; whatever is raised undoes all of it. Raises Busy, NoSpace, and what `use` raises."""

    def close(self) -> None:
        """Let go of the database."""


def open_works(
    folder: Path,
    url: str | None,
    clock: Clock,
    mint: Mint,
    *,
    names: Strictness = Strictness.STRICT,
    password_login: bool = False,
    seals: Seals = NO_KEYS,
    idle_jobs: Sequence[Callable[[Work], object]] = (),
) -> ServingWorks:
    """Begin to serve a migrated database. Raises FolderInUse, UnsoundSqlite; Unreachable, UnsoundPostgresql."""
    if url is None:
        return SqliteWorks(
            folder, clock, mint, names=names, password_login=password_login, seals=seals, idle_jobs=idle_jobs
        )
    return PostgresWorks(url, clock, mint, names=names, password_login=password_login, seals=seals, idle_jobs=idle_jobs)


def open_beside(folder: Path, url: str | None, clock: Clock, mint: Mint, *, seals: Seals = NO_KEYS) -> CommandWorks:
    """For a command, alone or beside servers. Raises NoDatabase, UnsoundSqlite; Unreachable, UnsoundPostgresql."""
    if url is None:
        return BesideWorks(folder, clock, mint, seals)
    return PostgresBesideWorks(url, clock, mint, seals)


def check_exists(folder: Path, url: str | None) -> None:
    """Raises NoDatabase when there is nothing in the folder; a PostgreSQL database is asked when it is opened."""
    if url is None and not (folder / DATABASE).is_file():
        raise NoDatabase(f"there is no platform in {folder.absolute()}")


def name_of(folder: Path, url: str | None) -> str:
    """How a person knows the database again: never with its password."""
    if url is None:
        return str(folder.absolute())
    parts = connection_parts(url)
    return f"PostgreSQL database {parts.get('dbname', '')} on {parts.get('host', 'this machine')}"
