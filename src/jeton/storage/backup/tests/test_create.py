"""A backup is made beside people who write and delete: it is of one moment, and lacks nothing that this one named."""

import threading
import time
import tracemalloc
from pathlib import Path

import pytest

from jeton.kernel.problems import NoSpace
from jeton.storage.backup.create import Late, Taken
from jeton.storage.backup.layout import read_lines
from jeton.storage.backup.manifest import MANIFEST, read_manifest
from jeton.storage.backup.tests.inhabited import back_up, bring_back, every_byte, examine, inhabit, put, silent
from jeton.storage.backup.verify import verify
from jeton.storage.blobs.writing import DiskWriter
from jeton.storage.sql.holds import LASTS
from jeton.storage.sql.sqlite import DATABASE, open_writer
from jeton.testing.sqlite import lay_migrated
from jeton.testing.world import BEGINNING, World


def test_what_is_deleted_for_good_meanwhile_is_in_the_backup(tmp_path: Path) -> None:
    with World(tmp_path / "data", does_jobs=False) as world:
        token = world.token("all")
        files = [put(world, token, 1, f"{number}.txt", b"%d" % number) for number in range(5)]

        def delete_all(text: str) -> None:
            if text == "table blob_doomed":  # the second: by then the moment is chosen, and no byte was copied yet
                for file in files:
                    assert world.send("DELETE", f"/api/file/{file}?trash=0", token=token).status_code == 200
                world.do_jobs()
                assert world.audit().count("file.destroyed") == 5

        made = back_up(tmp_path / "backup", tmp_path / "data", world.database_url, delete_all)
        assert made.lost == ()
        assert made.blobs.rows == 5
        assert len(every_byte(world.folder / "blobs")) == 5
        world.do_jobs()
        assert every_byte(world.folder / "blobs") == {}  # the hold ended with the backup
    assert verify(tmp_path / "backup", silent) == []
    bring_back(tmp_path / "backup", tmp_path / "restored")
    assert examine(tmp_path / "restored", None) == []


def test_a_backup_while_people_write_is_of_one_moment(tmp_path: Path) -> None:
    with World(tmp_path / "data") as world:
        token = world.token("all")
        acknowledged = [put(world, token, 1, "first.txt", b"first")]
        is_over = threading.Event()

        def write_on() -> None:
            number = 0
            while not is_over.is_set():
                number += 1
                made = world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": f"f{number}"})
                file = put(world, token, made.json()["id"], "a.txt", b"%d" % number)
                put(world, token, made.json()["id"], "a.txt", b"anew")
                if number % 2:
                    world.send("DELETE", f"/api/folder/{made.json()['id']}?trash=0", token=token)
                else:
                    acknowledged.append(file)

        writer = threading.Thread(target=write_on)
        writer.start()
        try:
            for number in range(4):
                known = len(acknowledged)
                while len(acknowledged) < known + 3:
                    time.sleep(0.005)
                before = set(acknowledged)
                back_up(tmp_path / f"backup{number}", tmp_path / "data", world.database_url)
                check(tmp_path / f"backup{number}", tmp_path / f"restored{number}", before)
        finally:
            is_over.set()
            writer.join()


def check(backup: Path, folder: Path, acknowledged: set[int]) -> None:
    assert verify(backup, silent) == []
    bring_back(backup, folder)
    assert examine(folder, None) == []
    told = next(lines for lines in read_manifest(backup).tables if lines.name == "versions")
    assert acknowledged <= {row[0] for row in read_lines(backup, told)}


def test_what_was_damaged_already_is_told_and_the_rest_is_saved(tmp_path: Path) -> None:
    with World(tmp_path / "data") as world:
        inhabit(world)
        gone, short, changed, *_ = sorted((world.folder / "blobs").glob("??/*"), key=lambda file: -file.stat().st_size)
        gone.unlink()
        short.write_bytes(short.read_bytes()[:-1])
        changed.write_bytes(changed.read_bytes()[:-1] + b"?")
        made = back_up(tmp_path / "backup", tmp_path / "data", world.database_url)
    faults = {lost.blob: lost.fault for lost in made.lost}
    assert faults[int(gone.name, 16)] == "is not there"
    assert "bytes instead of" in faults[int(short.name, 16)]
    assert faults[int(changed.name, 16)] == "is not what was stored"
    findings = verify(tmp_path / "backup", silent)
    assert len(findings) == 3
    assert all("when that was made" in finding for finding in findings)
    bring_back(tmp_path / "backup", tmp_path / "restored")
    assert len(examine(tmp_path / "restored", None)) == 3
    assert len(every_byte(tmp_path / "restored" / "blobs")) == made.blobs.rows - 3


def empty_platform(folder: Path) -> Path:
    lay_migrated(folder)
    (folder / "blobs").mkdir()
    return folder


def test_a_backup_never_takes_the_place_of_something(tmp_path: Path) -> None:
    data = empty_platform(tmp_path / "data")
    back_up(tmp_path / "deep" / "backup", data, None)
    kept = every_byte(tmp_path / "deep")
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "deep" / "backup", tmp_path / "deep", tmp_path / "file"):
        with pytest.raises(Taken, match=str(place)):
            back_up(place, data, None)
    assert every_byte(tmp_path / "deep") == kept
    (tmp_path / "prepared").mkdir(mode=0o755)
    back_up(tmp_path / "prepared", data, None)
    assert verify(tmp_path / "prepared", silent) == ["There is no company space: folder 1 is missing."]


def test_a_backup_is_its_owner_s_alone(tmp_path: Path) -> None:
    with World(tmp_path / "data") as world:
        inhabit(world)
        (tmp_path / "backup").mkdir(mode=0o755)
        back_up(tmp_path / "backup", tmp_path / "data", world.database_url)
    assert [path for path in (tmp_path / "backup").rglob("*") if path.stat().st_mode & 0o077] == []
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700


def test_no_secret_is_in_it_in_clear(tmp_path: Path) -> None:
    with World(tmp_path / "data") as world:
        token = inhabit(world)
        secret = world.application("all").client_secret
        back_up(tmp_path / "backup", tmp_path / "data", world.database_url)
    assert secret is not None
    held = b"".join(every_byte(tmp_path / "backup").values())
    for clear in (token, secret, "correct horse battery", "ana has a long password"):
        assert clear.encode() not in held
        assert clear.split(".")[-1].encode() not in held


def test_a_backup_that_fails_leaves_nothing_and_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with World(tmp_path / "data", does_jobs=False) as world:
        token = inhabit(world)
        (tmp_path / "prepared").mkdir()

        def full(_writer: DiskWriter, _chunk: bytes) -> None:
            raise NoSpace

        with monkeypatch.context() as patch:
            patch.setattr(DiskWriter, "write", full)
            for place in (tmp_path / "backup", tmp_path / "prepared"):
                with pytest.raises(NoSpace):
                    back_up(place, tmp_path / "data", world.database_url)
        assert not (tmp_path / "backup").exists()
        assert list((tmp_path / "prepared").iterdir()) == []
        file = put(world, token, 1, "late.txt", b"late")
        world.send("DELETE", f"/api/file/{file}?trash=0", token=token)
        count = len(every_byte(world.folder / "blobs"))
        world.do_jobs()
        assert len(every_byte(world.folder / "blobs")) < count


def test_the_hold_is_renewed_while_files_are_copied_and_a_lost_one_is_told(tmp_path: Path) -> None:
    with World(tmp_path / "data", does_jobs=False) as world:
        token = world.token("all")
        for number in range(4):
            put(world, token, 1, f"{number}.txt", b"x")
        now = BEGINNING

        def later(step: int) -> None:
            def pass_time(text: str) -> None:
                nonlocal now
                now += step * text.startswith("file ")

            back_up(tmp_path / f"{step}", world.folder, world.database_url, pass_time, lambda: now)

        later(LASTS - 1)
        with pytest.raises(Late):
            later(LASTS)
    assert (tmp_path / f"{LASTS - 1}" / MANIFEST).exists()
    assert not (tmp_path / f"{LASTS}").exists()


def test_many_rows_take_little_memory(tmp_path: Path) -> None:
    data = empty_platform(tmp_path / "data")
    writer = open_writer(data / DATABASE)
    rows = ((number, "user", f"{number} " + "x" * 150) for number in range(30_000))
    writer.execute("BEGIN")
    writer.executemany("INSERT INTO principals (id, kind, name) VALUES (?, ?, ?)", rows)
    writer.execute("COMMIT")
    writer.close()
    tracemalloc.start()
    back_up(tmp_path / "backup", data, None)
    bring_back(tmp_path / "backup", tmp_path / "restored")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "backup" / "tables" / "principals.jsonl").stat().st_size > 4_000_000
    assert peak < 5_000_000
