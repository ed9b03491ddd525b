"""The schema's way from nothing to the newest, and that it arrives where the tables say."""

import importlib
import pkgutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, inspect

from jeton.storage.sql import dbapi, schema
from jeton.storage.sql.migrate import TooNew, migrate, pending, tables
from jeton.storage.sql.schema import metadata
from jeton.storage.sql.sqlite import DATABASE, FolderInUse, FolderLock, open_reader, open_writer

for _found in pkgutil.iter_modules(schema.__path__):
    importlib.import_module(f"{schema.__name__}.{_found.name}")


def revisions() -> tuple[str, ...]:
    package = Path(__file__).parents[2] / "migrations"
    scripts = ScriptDirectory(str(package))
    return tuple(sorted(script.revision for script in scripts.walk_revisions()))


def test_an_empty_folder_gets_every_migration(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert pending(folder) == revisions()
    assert not folder.exists()
    assert migrate(folder) == revisions()
    assert tables(folder) == {"alembic_version", *metadata.tables}


def test_a_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    migrate(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    migrate(tmp_path)
    content = (tmp_path / DATABASE).read_bytes()
    assert pending(tmp_path) == ()
    assert migrate(tmp_path) == ()
    assert (tmp_path / DATABASE).read_bytes() == content


def test_migrations_arrive_where_the_tables_say(tmp_path: Path) -> None:
    migrate(tmp_path)
    engine = create_engine(f"sqlite:///{tmp_path / DATABASE}", module=dbapi, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        seen = inspect(connection)
        for name, table in metadata.tables.items():
            assert {index["name"] for index in seen.get_indexes(name)} == {index.name for index in table.indexes}
            assert seen.get_pk_constraint(name)["name"] == table.primary_key.name
            assert {key["name"] for key in seen.get_foreign_keys(name)} == {
                constraint.name for constraint in table.foreign_key_constraints
            }
    engine.dispose()


def test_ids_are_the_rows_own_numbers(tmp_path: Path) -> None:
    """One tree to search, not two: on SQLite a whole-number key must be the row's number itself."""
    migrate(tmp_path)
    reader = open_reader(tmp_path / DATABASE)
    for name, table in metadata.tables.items():
        keys = [column.name for column in table.primary_key]
        if keys == ["id"]:
            plan = reader.execute(f'EXPLAIN QUERY PLAN SELECT 1 FROM "{name}" WHERE "id" = 1').fetchall()
            assert "INTEGER PRIMARY KEY" in str(plan[0][3]), name
    reader.close()


def test_a_database_half_way_gets_what_it_lacks(tmp_path: Path) -> None:
    migrate(tmp_path)
    lacking = "rights_0001"
    writer = open_writer(tmp_path / DATABASE)
    writer.execute("DELETE FROM alembic_version WHERE version_num = ?", (lacking,))
    writer.execute("DROP TABLE rights")
    writer.close()
    assert pending(tmp_path) == (lacking,)
    assert migrate(tmp_path) == (lacking,)
    assert pending(tmp_path) == ()
    assert tables(tmp_path) == {"alembic_version", *metadata.tables}


def test_an_existing_file_without_tables_lacks_everything(tmp_path: Path) -> None:
    open_writer(tmp_path / DATABASE).close()
    assert pending(tmp_path) == revisions()
    assert migrate(tmp_path) == revisions()


def test_nothing_is_migrated_under_a_running_server(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with pytest.raises(FolderInUse, match=str(tmp_path)):
        migrate(tmp_path)
    assert pending(tmp_path) == revisions()
    lock.release()
    migrate(tmp_path)
    lock = FolderLock(tmp_path)
    assert migrate(tmp_path) == ()
    lock.release()


def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    migrate(tmp_path)
    writer = open_writer(tmp_path / DATABASE)
    writer.execute("UPDATE alembic_version SET version_num = 'platform_9999' WHERE version_num LIKE 'platform_%'")
    writer.close()
    content = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(TooNew, match="newer release"):
        pending(tmp_path)
    with pytest.raises(TooNew):
        migrate(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == content


def test_a_migration_that_fails_leaves_nothing_half_done(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / DATABASE)
    writer.execute("CREATE TABLE settings (mine TEXT)")
    writer.close()
    with pytest.raises(Exception, match="settings"):
        migrate(tmp_path)
    assert tables(tmp_path) == {"settings"}
