"""`jeton backup` and `jeton migrate --to`, as an operator runs them."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.cli.tests.test_cli import Run, create, made, run
from jeton.storage.backup.restore import MARK
from jeton.storage.sql.sqlite import DATABASE
from jeton.testing.postgres import server
from jeton.testing.served import Served, create_app, environment, init, jeton

__all__ = ["made", "run"]  # fixtures


@pytest.fixture
def database() -> Iterator[str]:
    """An empty one on PostgreSQL."""
    url = server().database()
    yield url
    server().drop(url)


def test_a_backup_is_made_verified_and_restored(made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create(made)
    backup = str(tmp_path / "backup")
    code, told, wrong = made("backup", "create", backup, "--json")
    assert code == 0, wrong
    members = json.loads(told)
    assert (members["directory"], members["files"], members["bytes"], members["lost"]) == (backup, 0, 0, [])
    assert members["rows"] > 10
    assert backup in wrong
    code, told, wrong = made("backup", "verify", backup, "--json")
    assert (code, json.loads(told)) == (0, {"whole": True, "findings": []})
    assert made("backup", "create", backup) == (
        1,
        "",
        f"jeton: {backup} is not empty: a backup is made in a new folder\n",
    )
    code, told, wrong = made("backup", "restore", backup)
    assert (code, told) == (1, "")
    assert "there is a platform already" in wrong
    monkeypatch.setenv("JETON_DATA", str(tmp_path / "restored"))
    code, told, wrong = made("backup", "restore", backup)
    assert (code, told) == (0, "")
    assert "restored in" in wrong
    assert wrong.endswith("everything that is kept is whole\n")
    assert app["client_id"] in made("app", "list")[1]


def test_what_is_wrong_is_listed_and_leaves_with_1(made: Run, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    assert made("backup", "create", str(backup))[0] == 0
    with (backup / "tables" / "users.jsonl").open("ab") as file:
        file.write(b"[]\n")
    code, told, wrong = made("backup", "verify", str(backup), "--json")
    assert code == 1
    assert json.loads(told)["whole"] is False
    assert "users.jsonl" in json.loads(told)["findings"][0]
    assert wrong.count("\n") == 2
    for verb in ("verify", "restore"):
        assert made("backup", verb, str(tmp_path / "nothing"))[0] == 1


def test_a_place_that_cannot_be_written_is_named(made: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, told, wrong = made("backup", "create", str(tmp_path / "file" / "backup"))
    assert (code, told) == (1, "")
    assert str(tmp_path / "file") in wrong


def test_a_damaged_file_is_left_out_and_told(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    init(data)
    with Served(data) as served:
        upload(served, served.token(create_app(data)))
        blob = next((data / "blobs").glob("??/*"))
        blob.write_bytes(b"other")
        done = jeton(data, "backup", "create", str(backup), "--json")
        assert done.returncode == 1
        assert json.loads(done.stdout)["lost"] == [{"blob": int(blob.name, 16), "fault": "is not what was stored"}]
        assert "see `jeton doctor`" in done.stderr
    done = jeton(tmp_path / "restored", "backup", "restore", str(backup))
    assert done.returncode == 1
    assert "are not there" in done.stderr


def upload(served: Served, token: str, content: bytes = b"bytes") -> int:
    form = (
        b'--x\r\nContent-Disposition: form-data; name="folderId"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data;'
        b' name="targetFile"; filename="%d.txt"\r\n\r\n%s\r\n--x--\r\n' % (time.monotonic_ns(), content)
    )
    request = urllib.request.Request(served.url + "/api/file/upload", data=form, method="POST")
    request.add_header("Content-Type", "multipart/form-data; boundary=x")
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return int(json.loads(answer.read())["id"])


@pytest.mark.crash
def test_a_restore_that_is_killed_is_seen_by_serve_and_done_by_the_next_one(tmp_path: Path) -> None:
    data, backup, restored = tmp_path / "data", tmp_path / "backup", tmp_path / "restored"
    init(data)
    app = create_app(data)
    with Served(data) as served:
        token = served.token(app)
        for number in range(3):
            upload(served, token, b"%d" % number)
        assert jeton(data, "backup", "create", str(backup)).returncode == 0
    last = max((backup / "blobs").glob("??/*"), key=lambda file: file.name)
    aside = last.rename(tmp_path / "aside")
    os.mkfifo(last)  # whoever opens it waits: the restore stands in the middle
    process = subprocess.Popen(
        [sys.executable, "-m", "jeton", "backup", "restore", str(backup)],
        env=environment(restored), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    limit = time.monotonic() + 20
    while len(list((restored / "blobs").glob("??/*"))) < 2 and time.monotonic() < limit:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    last.unlink()
    aside.rename(last)
    assert (restored / MARK).exists()
    for command in (("serve", "--port", "0"), ("migrate",)):
        done = jeton(restored, *command)
        assert done.returncode == 1
        assert "did not end" in done.stderr
    assert not (restored / DATABASE).exists()
    done = jeton(restored, "backup", "restore", str(backup))
    assert done.returncode == 0, done.stderr
    with Served(restored) as served:
        assert served.call("GET", "/api/users", token=token)[0] == 200
        served.token(app)


def test_a_platform_moves_to_postgresql(
    made: Run, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create(made)
    code, told, wrong = made("migrate", "--to", database)
    assert code == 0, wrong
    assert told == f"JETON_DATA={tmp_path / 'data'}\nJETON_DATABASE_URL={database}\n"
    assert "all are equal" in wrong
    for command in (("app", "list"), ("doctor",), ("migrate",)):  # nothing is used by mistake
        code, _, wrong = made(*command)
        assert code == 1
        assert "moved to PostgreSQL: set JETON_DATABASE_URL" in wrong
    monkeypatch.setenv("JETON_DATABASE_URL", database)
    assert app["client_id"] in made("app", "list")[1]
    assert made("doctor")[0] == 0
    code, _, wrong = made("migrate", "--to", database)
    assert code == 1
    assert "on PostgreSQL already" in wrong


def test_a_move_says_what_hinders_it_and_never_a_password(run: Run, tmp_path: Path) -> None:
    for address in ("mysql://x", "postgresql://u:hidden@[", "x"):
        code, told, wrong = run("migrate", "--to", address)
        assert (code, told) == (64, "")
        assert "hidden" not in wrong
    address = "postgresql://jeton:hidden@127.0.0.1:1/none"
    code, _, wrong = run("migrate", "--to", address)
    assert code == 1
    assert "jeton migrate" in wrong
    assert run("migrate")[0] == 0
    code, told, wrong = run("migrate", "--to", address)
    assert (code, told) == (1, "")
    assert "does not answer" in wrong
    assert "hidden" not in wrong
    assert run("doctor")[0] == 0


def test_an_address_with_a_password_is_not_repeated(made: Run, database: str) -> None:
    code, told, wrong = made("migrate", "--to", database.replace("jeton@", "jeton:hidden@"))
    assert code == 0, wrong
    assert "hidden" not in told + wrong
    assert "JETON_DATABASE_URL" in wrong


def test_how_far_it_is_stands_on_a_terminal_only(made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\r" not in made("backup", "create", str(tmp_path / "one"))[2]
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert "\r" in made("backup", "create", str(tmp_path / "two"))[2]
