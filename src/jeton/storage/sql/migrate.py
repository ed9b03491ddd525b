"""The schema's way forward: Alembic, one branch per owner, from whatever is there to the newest. Never back."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect

import jeton.storage.migrations
from jeton.storage.sql import dbapi
from jeton.storage.sql.sqlite import DATABASE, FolderLock

_SCRIPTS: Final = str(Path(jeton.storage.migrations.__file__).parent)


class TooNew(RuntimeError):
    """The database was written by a newer release."""


def _engine(folder: Path) -> Engine:
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


def pending(folder: Path) -> tuple[str, ...]:
    """Migrations that the database in this folder still lacks. Raises TooNew."""
    scripts = ScriptDirectory.from_config(_config())
    current = _heads_of(folder) if (folder / DATABASE).exists() else ()
    try:
        done = {revision.revision for revision in scripts.iterate_revisions(current, "base")} if current else set()
    except ResolutionError as error:
        raise TooNew("this data folder was written by a newer release of jeton; run that one") from error
    return tuple(sorted(revision.revision for revision in scripts.walk_revisions() if revision.revision not in done))


def _heads_of(folder: Path) -> tuple[str, ...]:
    engine = _engine(folder)
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    engine.dispose()
    return heads


def migrate(folder: Path) -> tuple[str, ...]:
    """Bring the database in this folder to the newest schema; what was done. A second run does nothing.

    Raises TooNew; FolderInUse when there is something to do under a running server.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    todo = pending(folder)
    if todo:
        lock = FolderLock(folder)
        try:
            engine = _engine(folder)
            with engine.begin() as connection:
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, "heads")
            engine.dispose()
        finally:
            lock.release()
    return todo


def tables(folder: Path) -> set[str]:
    """The tables that are there."""
    engine = _engine(folder)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names
