"""The configuration and the platform's state, over the API and on the console."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.world import World

NO_MAIL = {"smtp_host": "", "smtp_port": "587", "smtp_security": "starttls", "smtp_user": "", "smtp_sender": ""}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


def config(world: World, token: str) -> dict[str, Any]:
    told: dict[str, Any] = world.send("GET", "/api/config", token=token).json()["config"]
    return told


def test_settings_are_read_changed_and_hold_at_once(world: World, token: str) -> None:
    before = config(world, token)
    assert before == {
        "name": "Documents",
        "language": "en",
        "lock": True,
        "lock_read": False,
        "trash_days": 30,
        "version_count": 100,
        "version_days": 0,
        "log_days": 365,
        "smtp_host": "",
        "smtp_port": 587,
        "smtp_security": "starttls",
        "smtp_user": "",
        "smtp_password": "",
        "smtp_sender": "",
    }
    changed = world.send("PUT", "/api/config", token=token, json={"config": {"name": "Mairie", "trash_days": 7}})
    assert changed.json()["config"] == {**before, "name": "Mairie", "trash_days": 7}
    assert world.send("GET", "/api/publicconfig").json()["features"]["name"] == "Mairie"
    assert world.send("PUT", "/api/config", token=token, json={"config": config(world, token)}).status_code == 200
    assert world.audit().count("platform.configured") == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"config": {"trash_days": -1}}, ["trash_days"]),
        ({"config": {"trash_days": 99_999}}, ["trash_days"]),
        ({"config": {"log_days": "soon"}}, ["config.log_days"]),
        ({"config": {"language": "tlh"}}, ["language"]),
        ({"config": {"name": " "}}, ["name"]),
        ({"config": {"name": "x" * 300}}, ["name"]),
        ({"config": {"name": "a\nb"}}, ["name"]),
        ({"config": {"name": "", "language": "", "trash_days": 5000}}, ["name", "language", "trash_days"]),
        ({}, ["config"]),
        ({"config": 3}, ["config"]),
        ({"name": "bare"}, ["name"]),
    ],
)
def test_what_cannot_be_kept_is_told_and_changes_nothing(
    world: World, token: str, body: dict[str, Any], fields: list[str]
) -> None:
    before = config(world, token)
    refused = world.send("PUT", "/api/config", token=token, json=body)
    assert refused.status_code == 422, refused.text
    assert {fault["field"] for fault in refused.json()["errors"]} == set(fields)
    assert config(world, token) == before


def test_an_unknown_setting_is_refused(world: World, token: str) -> None:
    refused = world.send("PUT", "/api/config", token=token, json={"config": {"name": "New", "colour": "red"}})
    assert refused.status_code == 422
    assert config(world, token)["name"] == "Documents"


def test_the_state_tells_what_is_stored_and_no_end(world: World, token: str) -> None:
    form = {"data": {"folderId": "1"}, "files": {"targetFile": ("note.txt", b"bytes")}}
    assert world.send("POST", "/api/file/upload", token=token, **form).status_code == 201
    state = world.send("GET", "/api/fzen", token=token).json()
    assert state["storage"] == {"used": 5, "files": 1, "folders": 0, "quota": None}
    assert state["expire"] > 4_000_000_000


def test_settings_are_changed_on_the_console_and_faults_stand_at_their_fields(world: World, token: str) -> None:
    ada = Visitor(world)
    assert ada.log_in().status_code == 303
    ada.get("/admin/settings")
    good = {
        "name": "Mairie",
        "language": "fr",
        "trash_days": "0",
        "version_count": "0",
        "version_days": "0",
        "log_days": "10",
        "lock": "off",
        "lock_read": "on",
        **NO_MAIL,
    }
    assert ada.post("/admin/settings", {**good, "trash_days": "x"}).status_code == 422
    assert 'id="trash_days-error"' in ada.page.text
    ada.get("/admin/settings")
    assert ada.post("/admin/settings", good).status_code == 303
    kept = config(world, token)
    assert {name: kept[name] for name in good} == {
        **good,
        **dict.fromkeys(("trash_days", "version_count", "version_days"), 0),
        "lock": False,
        "lock_read": True,
        "log_days": 10,
        "smtp_port": 587,
    }
    ada.close()
