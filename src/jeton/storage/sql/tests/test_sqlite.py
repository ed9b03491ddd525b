"""Connections: which SQLite is taken, who may write, who waits how long, and whose the folder is."""

import threading
import time
from pathlib import Path

import apsw
import pytest

from jeton.kernel.problems import Busy, NoSpace
from jeton.storage.sql import sqlite
from jeton.storage.sql.sqlite import (
    DATABASE,
    FolderInUse,
    FolderLock,
    NoDatabase,
    UnsoundSqlite,
    check_version,
    is_damage,
    open_beside,
    open_reader,
    open_writer,
    problem_of,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    writer = open_writer(tmp_path / DATABASE)
    writer.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY)")
    writer.close()
    return tmp_path / DATABASE


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.51"])
def test_an_unsound_sqlite_is_refused(version: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: version)
    with pytest.raises(UnsoundSqlite, match=version):
        open_writer(tmp_path / DATABASE)
    assert not (tmp_path / DATABASE).exists()


@pytest.mark.parametrize("version", ["3.51.3", "3.52.0", "4.0.0"])
def test_a_sound_sqlite_is_taken(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: version)
    check_version()


def test_every_commit_is_synced_and_keys_are_held(file: Path) -> None:
    for opened in (open_writer(file), open_beside(file)):
        settings = {
            name: opened.execute(f"PRAGMA {name}").fetchall()[0][0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        opened.close()


def test_a_reader_cannot_write(file: Path) -> None:
    reader = open_reader(file)
    with pytest.raises(apsw.ReadOnlyError):
        reader.execute("INSERT INTO kept VALUES (1)")
    reader.close()


@pytest.mark.parametrize("opens", [open_reader, open_beside])
def test_a_folder_without_a_platform_says_how_to_make_one(opens: object, tmp_path: Path) -> None:
    assert callable(opens)
    with pytest.raises(NoDatabase, match="jeton init"):
        opens(tmp_path / DATABASE)
    assert list(tmp_path.iterdir()) == []


def test_only_the_writer_moves_the_log(file: Path) -> None:
    """Readers and commands leave the log alone when they close, even the last of them."""
    writer = open_writer(file)
    writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    beside = open_beside(file)
    reader = open_reader(file)
    beside.execute("INSERT INTO kept VALUES (1)")
    writer.close()
    log = file.with_name(file.name + "-wal")
    held = log.stat().st_size
    reader.execute("SELECT * FROM kept").fetchall()
    reader.close()
    beside.close()
    assert log.stat().st_size == held > 0


def test_a_command_gets_its_turn_beside_a_busy_writer(file: Path) -> None:
    writer = open_writer(file)
    is_over = threading.Event()

    def write_without_pause() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("INSERT INTO kept VALUES (?)", (number,))
            time.sleep(0.001)
            writer.execute("COMMIT")

    thread = threading.Thread(target=write_without_pause)
    thread.start()
    beside = open_beside(file)
    try:
        for number in range(10):
            beside.execute("BEGIN IMMEDIATE")
            beside.execute("INSERT INTO kept VALUES (?)", (-1 - number,))
            beside.execute("COMMIT")
    finally:
        is_over.set()
        thread.join()
        beside.close()
        writer.close()


def test_patience_ends(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "POLL_S", 0.0001)
    wait = sqlite._patience(0.005)
    assert wait(0)
    began = time.monotonic()
    attempts = 1
    while wait(attempts):
        attempts += 1
    assert attempts > 1
    assert time.monotonic() - began < 5
    assert wait(0)  # another wait begins anew


def test_a_folder_is_served_once(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with pytest.raises(FolderInUse, match=str(tmp_path)):
        FolderLock(tmp_path)
    lock.release()
    FolderLock(tmp_path).release()


def test_a_full_disk_and_a_taken_lock_are_no_damage(file: Path) -> None:
    writer = open_writer(file)
    writer.execute("PRAGMA max_page_count = 3").fetchall()
    with pytest.raises(apsw.FullError) as full:
        writer.execute("CREATE TABLE more AS SELECT randomblob(100000)")
    writer.execute("BEGIN IMMEDIATE")
    beside = open_beside(file)
    beside.set_busy_timeout(0)
    with pytest.raises(apsw.BusyError) as taken:
        beside.execute("BEGIN IMMEDIATE")
    assert isinstance(problem_of(full.value), NoSpace)
    assert isinstance(problem_of(taken.value), Busy)
    assert not is_damage(full.value)
    assert not is_damage(taken.value)
    beside.close()
    writer.close()


def test_no_room_for_the_shared_memory_is_no_room() -> None:
    error = apsw.IOError()
    vars(error)["extendedresult"] = apsw.SQLITE_IOERR_SHMSIZE
    assert isinstance(problem_of(error), NoSpace)
    assert not is_damage(error)


def test_a_file_that_is_no_database_is_damage(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"not a database at all" * 1000)
    with pytest.raises(apsw.NotADBError) as damaged:
        open_writer(tmp_path / DATABASE)
    assert is_damage(damaged.value)
    assert problem_of(damaged.value) is None
