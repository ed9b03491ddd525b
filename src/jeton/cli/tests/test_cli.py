"""The command `jeton`: data on standard output, messages beside it, and exit codes that scripts can trust."""

import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jeton.cli import main
from jeton.storage.sql.sqlite import DATABASE

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command; its exit code, standard output and standard error."""
    monkeypatch.setenv("JETON_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        try:
            main(arguments)
            code: Any = 0
        except SystemExit as leaving:
            code = leaving.code
        told = capsys.readouterr()
        return code or 0, told.out, told.err

    return run


@pytest.fixture
def made(run: Run) -> Run:
    """The same, on a platform that is there."""
    arguments = ("init", "--admin-login", "ada", "--admin-email", "ada@example.org", "--admin-password-stdin")
    code, _, told = run(*arguments, stdin="seven lazy otters\n")
    assert code == 0, told
    return run


def create(run: Run, *more: str) -> dict[str, Any]:
    code, told, wrong = run("app", "create", "--name", "Robot", "--type", "server", "--scope", "all", "--json", *more)
    assert code == 0, wrong
    app: dict[str, Any] = json.loads(told)
    return app


def test_wrong_usage_leaves_with_64_and_says_so_beside_the_data(run: Run) -> None:
    for arguments in (
        (),
        ("nonsense",),
        ("app", "create"),
        ("serve", "--port", "x"),
        ("app", "rotate", "x", "--grace", "y"),
    ):
        code, told, wrong = run(*arguments)
        assert (code, told) == (64, "")
        assert "usage:" in wrong


def test_a_setting_that_does_not_exist_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JETON_DATTA", "x")
    code, _, wrong = run("doctor")
    assert code == 64
    assert "JETON_DATTA" in wrong
    monkeypatch.delenv("JETON_DATTA")
    monkeypatch.setenv("JETON_CLIENT_SECRET", "known to clients, ignored here")
    assert run("doctor")[0] == 1


def test_a_command_on_an_empty_folder_names_it(run: Run, tmp_path: Path) -> None:
    for arguments in (("doctor",), ("app", "list"), ("user", "password", "--login", "x", "--password-stdin")):
        code, told, wrong = run(*arguments, stdin="x\n")
        assert (code, told) == (1, "")
        assert str(tmp_path / "data") in wrong


def test_init_makes_a_platform_once(made: Run, tmp_path: Path) -> None:
    assert (tmp_path / "data" / "jeton.sqlite").exists()
    arguments = ("init", "--admin-login", "eve", "--admin-email", "eve@example.org", "--admin-password-stdin", "--json")
    code, told, wrong = made(*arguments, stdin="seven lazy otters\n")
    assert (code, told) == (1, "")
    assert "administrator" in wrong
    assert made("doctor") == (0, "", "everything that is kept is whole\n")


def test_a_weak_or_missing_password_is_refused(run: Run) -> None:
    arguments = ("init", "--admin-login", "ada", "--admin-email", "ada@example.org", "--admin-password-stdin")
    assert run(*arguments, stdin="short\n")[0] == 1
    assert run(*arguments, stdin="")[0] == 1
    assert run("doctor")[0] == 1


def test_users_are_created_and_rescued(made: Run) -> None:
    arguments = ("user", "create", "--login", "bob", "--email", "bob@example.org", "--password-stdin")
    code, told, _ = made(*arguments, "--json", stdin="seven lazy otters\n")
    assert code == 0
    assert json.loads(told)["login"] == "bob"
    code, told, wrong = made(*arguments, stdin="seven lazy otters\n")
    assert (code, told) == (1, "")
    assert "login" in wrong
    assert made("user", "password", "--login", "bob", "--password-stdin", stdin="another passphrase\n")[0] == 0
    assert made("user", "password", "--login", "nobody", "--password-stdin", stdin="another passphrase\n")[0] == 1


def test_an_application_is_created_listed_shown_rotated_suspended_and_deleted(made: Run) -> None:
    app = create(made)
    assert app["client_secret"].startswith("jt_cs_")
    number = app["client_id"]
    code, told, _ = made("app", "list")
    assert code == 0
    assert told.split("\t")[:5] == [number, "Robot", "server", "active", "no"]
    assert json.loads(made("app", "list", "--json")[1])["applications"][0]["client_id"] == number
    shown = made("app", "show", number)[1]
    assert f"client_id: {number}" in shown
    assert "jt_cs_" not in shown
    assert "client_secret" not in json.loads(made("app", "show", number, "--json")[1])
    rotated = json.loads(made("app", "rotate", number, "--grace", "24h", "--json")[1])
    assert rotated["client_secret"] != app["client_secret"]
    assert made("app", "rotate", number, "--grace", "0")[1].splitlines()[1].startswith("client_secret: jt_cs_")
    assert "verified: False" in shown
    assert json.loads(made("app", "verify", number, "--json")[1])["verified"] is True
    assert "verified: True" in made("app", "show", number)[1]
    assert made("app", "list")[1].split("\t")[4] == "yes"
    assert "not checked" in made("app", "unverify", number)[2]
    assert json.loads(made("app", "show", number, "--json")[1])["verified"] is False
    assert json.loads(made("app", "suspend", number, "--json")[1])["state"] == "suspended"
    assert "active" in made("app", "resume", number)[2]
    assert json.loads(made("app", "delete", number, "--json")[1]) == {"client_id": number, "deleted": True}
    for verb in ("show", "rotate", "verify", "unverify", "suspend", "resume", "delete"):
        code, told, wrong = made("app", verb, number)
        assert (code, told) == (1, "")
        assert "There is no such application." in wrong


def test_a_public_client_application_has_no_secret(made: Run) -> None:
    code, told, wrong = made(
        "app", "create", "--name", "Mobile", "--type", "client", "--public", "--callback", "com.example.app:/back",
        "--scope", "files.read", "--publisher", "Example", "--publisher-site", "https://example.org", "--verified",
    )  # fmt: skip
    assert code == 0, wrong
    assert "client_secret" not in told
    assert json.loads(made("app", "list", "--json")[1])["applications"][0]["verified"] is True


def test_what_is_wrong_with_an_application_is_told_member_by_member(made: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told, wrong = made("app", "create", "--name", "x", "--type", "client", "--scope", "nonsense")
    assert (code, told) == (1, "")
    assert "nonsense" in wrong
    wrong = made("app", "create", "--name", "x", "--type", "client", "--scope", "files.read")[2]
    assert "name:" in wrong
    assert "callback_urls:" in wrong
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "Donnez un nom" in made("app", "create", "--name", "x", "--type", "server", "--scope", "files.read")[2]


def test_a_table_is_drawn_on_a_terminal(made: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    create(made)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert made("app", "list")[1].startswith("CLIENT_ID")


def test_migrate_makes_a_platform_and_then_has_nothing_to_do(run: Run) -> None:
    assert "platform made" in run("migrate")[2]
    assert run("migrate") == (0, "", "the database is up to date\n")


def test_doctor_tells_what_is_lost(made: Run, tmp_path: Path) -> None:
    stray = tmp_path / "data" / "blobs" / "05" / f"{5:016x}"
    stray.write_bytes(b"nobody names me")
    code, told, wrong = made("doctor", "--json")
    assert code == 1
    assert json.loads(told)["healthy"] is False
    assert len(json.loads(told)["findings"]) == 1
    assert "1 thing(s) to look at" in wrong


def test_the_openapi_document_is_printed_or_written(run: Run, tmp_path: Path) -> None:
    document = json.loads(run("openapi")[1])
    assert document["openapi"] == "3.1.0"
    assert run("openapi", "--write", str(tmp_path / "docs")) == (0, "", "")
    assert "| call |" in (tmp_path / "docs" / "permissions.md").read_text(encoding="utf-8")


def test_the_version_is_told(run: Run) -> None:
    assert run("--version")[1].startswith("jeton ")


def test_keys_are_listed_added_and_missed(made: Run, tmp_path: Path) -> None:
    [first] = json.loads(made("keys", "list", "--json")[1])
    assert first == {"id": first["id"], "here": True, "used": False}
    code, told, _ = made("keys", "add")
    assert code == 0
    assert len(json.loads(made("keys", "list", "--json")[1])) == 2
    assert f"{told.strip()}\tyes\tno" in made("keys", "list")[1]
    (tmp_path / "data" / "keys" / f"{told.strip()}.key").chmod(0o644)
    code, _, wrong = made("keys", "list")
    assert (code, "can be read by others" in wrong) == (1, True)


def test_a_platform_whose_key_is_missing_says_which_and_does_not_start(made: Run, tmp_path: Path) -> None:
    [key] = json.loads(made("keys", "list", "--json")[1])
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE, isolation_level=None)) as database:
        database.execute("INSERT INTO settings (name, value) VALUES ('smtp_password', ?)", (f"{key['id']}.AAAA",))
    (tmp_path / "data" / "keys" / f"{key['id']}.key").rename(tmp_path / "away.key")
    for arguments in (("doctor",), ("serve", "--port", "0")):
        code, _, wrong = made(*arguments)
        assert code == 1
        assert key["id"] in wrong
    assert "no" in made("keys", "list")[1]


def test_who_is_locked_out_by_days_and_addresses_is_rescued(made: Run) -> None:
    assert made("user", "unrestrict", "--login", "ada")[0] == 0
    code, _, wrong = made("user", "unrestrict", "--login", "nobody")
    assert (code, "no account" in wrong) == (1, True)


def test_who_lost_a_second_factor_is_rescued(made: Run) -> None:
    code, _, told = made("user", "unenroll", "--login", "ada")
    assert (code, "was not set" in told) == (0, True)
    code, _, wrong = made("user", "unenroll", "--login", "nobody")
    assert (code, "no account" in wrong) == (1, True)


def test_access_is_taken_back_of_an_application_and_of_a_person(made: Run) -> None:
    number = create(made)["client_id"]
    assert made("app", "revoke", number)[0] == 0
    for more in (("--login", "ada"), ("--before", "2026-01-31T12:00:00Z")):
        assert json.loads(made("app", "revoke", number, *more, "--json")[1]) == {"client_id": number, "revoked": True}
    assert made("app", "revoke", number, "--before", "yesterday")[0] == 64
    code, _, wrong = made("app", "revoke", number, "--login", "nobody")
    assert (code, "no account" in wrong) == (1, True)
    code, _, told = made("user", "revoke", "--login", "ada")
    assert (code, "tokens of ada ended" in told) == (0, True)
