"""A restore makes a whole platform where there was none, or nothing; a move leaves nothing behind but bytes."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jeton.assembly.folder import make_folder
from jeton.assembly.settings import read_settings
from jeton.kernel.problems import NoSpace
from jeton.kit.clock import system_clock
from jeton.kit.mint import SystemMint
from jeton.storage.backup.move import MOVED, Differs, move
from jeton.storage.backup.restore import MARK, HalfRestored, restore
from jeton.storage.backup.rows import Unfit
from jeton.storage.backup.tests.inhabited import (
    HERE,
    back_up,
    bring_back,
    every_byte,
    examine,
    inhabit,
    silent,
)
from jeton.storage.sql.migrate import NotEmpty, fresh, migrate, tables
from jeton.storage.sql.postgresql import Unreachable
from jeton.storage.sql.sqlite import DATABASE, FolderInUse, FolderLock, NoDatabase, open_beside, open_writer
from jeton.testing.kept import Kept, kept_in
from jeton.testing.postgres import server
from jeton.testing.proxy import WAYS, CuttingProxy
from jeton.testing.world import World


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A backup, and a token of its platform."""
    folder = tmp_path_factory.mktemp("lived-in")
    with World(folder / "data") as world:
        token = inhabit(world)
        back_up(folder / "backup", folder / "data", world.database_url)
    return folder / "backup", token


@pytest.fixture
def database() -> Iterator[str]:
    """An empty one on PostgreSQL."""
    url = server().database()
    yield url
    server().drop(url)


class Killed(BaseException):
    """As far as the code can see."""


def serves(folder: Path, url: str | None = None) -> bool:
    """Whether `serve`, `init` or `migrate` would go on from here."""
    named = {"JETON_DATA": str(folder)} | ({} if url is None else {"JETON_DATABASE_URL": url})
    try:
        make_folder(read_settings(named), system_clock, SystemMint())
    except HalfRestored:
        return False
    return True


def kept(folder: Path, url: str | None) -> dict[str, Kept]:
    return {kept.table: kept._replace(rows=sorted(kept.rows, key=repr)) for kept in kept_in(folder, url, without=HERE)}


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
@pytest.mark.parametrize("when", ["file 2 ", "table versions"])
def test_a_restore_that_was_killed_serves_nothing_and_begins_anew(
    lived_in: tuple[Path, str], tmp_path: Path, database: str, on: str, when: str
) -> None:
    backup, _ = lived_in
    data, url = tmp_path / "data", database if on == "postgresql" else None

    def kill(text: str) -> None:
        if text.startswith(when):
            raise Killed

    with pytest.raises(Killed):
        restore(backup, data, url, data / "blobs", kill)
    assert tables(data, url) == set()
    assert not serves(data, url)
    bring_back(backup, data, url)
    assert examine(data, url) == []
    assert not (data / MARK).exists()
    assert serves(data, url)


def test_a_restore_that_only_did_not_say_that_it_had_ended_is_ended(lived_in: tuple[Path, str], tmp_path: Path) -> None:
    backup, _ = lived_in
    data = tmp_path / "data"
    bring_back(backup, data)
    before = kept(data, None)
    # Killed after the database was kept, and before the mark was taken away.
    (tmp_path / "other").mkdir()
    with pytest.raises(Killed):
        restore(backup, tmp_path / "other", None, tmp_path / "other" / "blobs", _raise_killed)
    (tmp_path / "other" / MARK).rename(data / MARK)
    assert not serves(data)
    bring_back(backup, data)
    assert serves(data)
    assert kept(data, None) == before


@pytest.mark.parametrize("way", WAYS)
def test_a_restore_whose_connection_is_cut_is_done_by_the_next_run(
    lived_in: tuple[Path, str], tmp_path: Path, database: str, way: str
) -> None:
    """At COMMIT above all, when nobody can tell whether it was kept."""
    backup, _ = lived_in
    data = tmp_path / "data"
    with CuttingProxy(server().socket, seed=1, every=1, ways=[way]) as proxy:
        url = proxy.url(str(psycopg.conninfo.conninfo_to_dict(database)["dbname"]))

        def cut(_text: str) -> None:
            proxy.is_cutting = True

        with pytest.raises(Unreachable):
            restore(backup, data, url, data / "blobs", cut)
        assert proxy.cuts.ways == {way: 1}
        assert not serves(data, database)
        proxy.is_cutting = False
        try:
            bring_back(backup, data, url)
        except NotEmpty:  # the first COMMIT was slow, and got there between two looks
            bring_back(backup, data, url)
    assert examine(data, database) == []
    assert serves(data, database)


def _raise_killed(_text: str) -> None:
    raise Killed


def test_a_backup_is_restored_where_there_is_nothing(lived_in: tuple[Path, str], tmp_path: Path, database: str) -> None:
    backup, _ = lived_in
    platform, with_bytes, elsewhere = tmp_path / "platform", tmp_path / "with-bytes", tmp_path / "elsewhere"
    bring_back(backup, platform)
    (with_bytes / "blobs" / "05").mkdir(parents=True)
    (with_bytes / "blobs" / "05" / f"{5:016x}").write_bytes(b"mine")
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE mine (n int)")
    before = every_byte(with_bytes), every_byte(platform / "blobs"), kept(platform, None)
    for data, url in ((platform, None), (with_bytes, None), (elsewhere, database)):
        with pytest.raises(NotEmpty):
            bring_back(backup, data, url)
        assert not (data / MARK).exists()
    (with_bytes / "jeton.lock").unlink()
    assert (every_byte(with_bytes), every_byte(platform / "blobs"), kept(platform, None)) == before
    assert tables(elsewhere, database) == {"mine"}


def test_a_disk_that_is_full_keeps_nothing_and_is_told(tmp_path: Path) -> None:
    def overfill() -> None:
        with fresh(tmp_path, None, ("platform_0001",)) as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")  # taken as: no more than there are now
            connection.exec_driver_sql("INSERT INTO settings VALUES ('name', hex(randomblob(100000)))")

    with pytest.raises(NoSpace):
        overfill()
    assert tables(tmp_path) == set()


def test_two_restores_into_one_folder_do_not_meet(lived_in: tuple[Path, str], tmp_path: Path) -> None:
    backup, _ = lived_in
    tmp_path.joinpath("data").mkdir()
    lock = FolderLock(tmp_path / "data")
    with pytest.raises(FolderInUse):
        bring_back(backup, tmp_path / "data")
    lock.release()
    bring_back(backup, tmp_path / "data")


def test_a_platform_moves_to_postgresql_whole(lived_in: tuple[Path, str], tmp_path: Path, database: str) -> None:
    backup, token = lived_in
    data = tmp_path / "data"
    bring_back(backup, data)
    before, bytes_before = kept(data, None), every_byte(data / "blobs")
    told: list[str] = []
    count = move(data, database, told.append)
    assert count == sum(len(table.rows) for name, table in before.items() if name != "alembic_version")
    assert kept(data, database) == before
    assert every_byte(data / "blobs") == bytes_before
    assert examine(data, database) == []
    assert {"table nodes", "compare nodes"} <= set(told)
    assert not (data / DATABASE).exists()
    assert [path.name for path in data.glob(f"{DATABASE}*") if not path.name.startswith(MOVED)] == []
    (tmp_path / "aside").mkdir()
    (data / MOVED).rename(tmp_path / "aside" / DATABASE)
    assert kept(tmp_path / "aside", None) == before
    with World(data, is_set_up=False, database_url=database) as world:
        assert world.send("GET", "/api/users", token=token).status_code == 200


def test_what_was_written_last_moves_too_after_a_kill(
    lived_in: tuple[Path, str], tmp_path: Path, database: str
) -> None:
    backup, _ = lived_in
    data = tmp_path / "data"
    bring_back(backup, data)
    writer = open_beside(data / DATABASE)
    writer.execute("UPDATE settings SET value = 'Papiers' WHERE name = 'name'")
    writer.close()  # nobody took the log into the file
    assert (data / f"{DATABASE}-wal").stat().st_size > 0
    move(data, database, silent)
    assert ("name", "Papiers") in kept(data, database)["settings"].rows


def test_a_move_that_cannot_be_done_changes_nothing(lived_in: tuple[Path, str], tmp_path: Path, database: str) -> None:
    backup, _ = lived_in
    data = tmp_path / "data"
    with pytest.raises(NoDatabase):
        move(data, database, silent)
    bring_back(backup, data)
    before = kept(data, None)
    lock = FolderLock(data)
    with pytest.raises(FolderInUse):
        move(data, database, silent)
    lock.release()
    with pytest.raises(Unreachable):
        move(data, "postgresql://jeton@127.0.0.1:1/none", silent)
    full = server().database()
    migrate(tmp_path / "other", full)
    with pytest.raises(NotEmpty):
        move(data, full, silent)
    server().drop(full)
    writer = open_writer(data / DATABASE)
    writer.execute("UPDATE principals SET name = name || char(0) || 'x' WHERE id = 1")
    with pytest.raises(Unfit, match="the rows of principals are not taken"):
        move(data, database, silent)
    writer.execute("UPDATE principals SET name = 'Ada Martin' WHERE id = 1")
    writer.close()
    assert tables(data, database) == set()
    assert kept(data, None) == before
    move(data, database, silent)
    assert kept(data, database) == before


@pytest.mark.parametrize("when", ["table versions", "compare versions"])
def test_a_move_that_was_killed_begins_anew(
    lived_in: tuple[Path, str], tmp_path: Path, database: str, when: str
) -> None:
    backup, _ = lived_in
    data = tmp_path / "data"
    bring_back(backup, data)
    before = kept(data, None)

    def kill(text: str) -> None:
        if text == when:
            raise Killed

    with pytest.raises(Killed):
        move(data, database, kill)
    assert tables(data, database) == set()
    assert serves(data)
    move(data, database, silent)
    assert kept(data, database) == before


def test_rows_that_come_back_changed_are_not_kept(lived_in: tuple[Path, str], tmp_path: Path, database: str) -> None:
    backup, _ = lived_in
    bring_back(backup, tmp_path / "data")
    with psycopg.connect(database) as connection:
        connection.execute(SPOILT)
    with pytest.raises(Differs, match="settings"):
        move(tmp_path / "data", database, silent)
    assert tables(tmp_path / "data", database) == set()
    assert (tmp_path / "data" / DATABASE).exists()
    assert serves(tmp_path / "data")


# A database that writes in capitals what is put into its settings.
SPOILT = """
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.value := upper(NEW.value); RETURN NEW; END $$;
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('settings') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'spoil') THEN
        CREATE TRIGGER spoil BEFORE INSERT ON settings FOR EACH ROW EXECUTE FUNCTION spoil();
    END IF;
END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch();
"""
