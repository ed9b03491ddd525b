"""The journal over the API: what is written, how it is found, and that refusals stand there too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.kernel.logs import LOG_DAYS
from jeton.testing.world import World

DAY_S = 86_400


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


def logs(world: World, token: str, **query: Any) -> list[dict[str, Any]]:
    answer = world.send("GET", "/api/logs", token=token, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def make(world: World, token: str, name: str, **headers: str) -> int:
    sent = world.send(
        "POST",
        "/api/folder",
        token=token,
        json={"parent_id": 1, "name": name},
        headers={"User-Agent": "rclone/2", **headers},
    )
    return int(sent.json()["id"])


def test_a_line_tells_who_did_what_from_where(world: World, token: str) -> None:
    folder = make(world, token, "Contracts")
    (line,) = logs(world, token, type="folder.created")
    assert (line["object"], line["object_id"], line["object_type"]) == ("Contracts", str(folder), "folder")
    assert (line["statut"], line["user"], line["user_agent"]) == ("ADMLLOG_OK", "Application 1", "rclone/2")
    assert line["message"].startswith("Created a folder: name: Contracts")
    assert line["ip"]
    assert line["request_id"].startswith("req_")
    assert world.send("GET", f"/api/log/{line['id']}", token=token).json() == line


def test_whoever_acts_for_somebody_is_named_beside_them(world: World, token: str) -> None:
    ana = world.person("ana")
    body = {"parent_id": ana.private_root, "name": "Letters"}
    assert world.send("POST", "/api/folder", token=token, json=body, headers={"As": str(ana.id)}).status_code == 201
    (line,) = logs(world, token, type="folder.created")
    assert (line["user"], line["acting_for"], line["user_id"]) == ("Application 1", "ana", str(ana.id))


def test_lines_are_found_by_who_what_when_and_outcome(world: World, token: str) -> None:
    first = make(world, token, "first")
    world.pass_time(3600)
    make(world, token, "second")
    actor = logs(world, token, type="folder.created")[0]["user_id"]
    client = logs(world, token, type="folder.created")[0]["client_id"]

    def names(**query: str) -> list[str]:
        return [line["object"] for line in logs(world, token, type="folder.created", **query)]

    assert names() == ["second", "first"]
    assert names(object_id=str(first)) == ["first"]
    assert (
        names(user_id=actor) == names(client_id=client) == names(user_id=actor, client_id=client) == ["second", "first"]
    )
    assert names(user_id="987654321") == names(client_id="nobody") == names(statut="ADMLLOG_ERROR") == []
    newest = logs(world, token, type="folder.created")[0]
    assert names(**{"from": newest["date"]}) == ["second"]
    assert names(to=newest["date"]) == ["first"]
    assert names(before_id=newest["id"]) == ["first"]
    assert names(limit="1") == ["second"]
    assert names(limit="1", offset="1") == ["first"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"user_id": "ada"}, "user_id"),
        ({"type": "folder.painted"}, "type"),
        ({"statut": "fine"}, "statut"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-01-30T10:15:00"}, "to"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"before_id": "0"}, "before_id"),
    ],
)
def test_a_bad_question_is_told(world: World, token: str, query: dict[str, str], field: str) -> None:
    refused = world.send("GET", "/api/logs", token=token, params=query)
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]


def test_a_line_that_is_not_there_is_said_to_be_not_there(world: World, token: str) -> None:
    assert world.send("GET", "/api/log/1", token=token).json()["code"] == "no_such_log"
    assert world.send("GET", "/api/log/x", token=token).status_code == 422


def test_refused_calls_are_noted_with_their_code_once_a_minute(world: World, token: str) -> None:
    narrow = world.token("files.read")
    for _ in range(3):
        assert world.send("GET", "/api/users", token=narrow, headers={"User-Agent": "probe"}).status_code == 403
    found: list[dict[str, Any]] = []

    def came() -> bool:
        found[:] = logs(world, token, type="call.refused")
        return bool(found)

    assert world.until(came)
    (line,) = found
    assert (line["statut"], line["object_id"], line["user_agent"]) == ("ADMLLOG_ERROR", "users.list", "probe")
    assert "missing_scope" in line["message"]


def test_an_application_that_fails_to_prove_itself_is_noted_without_what_it_showed(world: World, token: str) -> None:
    made = world.application(name="Robot")
    for client_id in (made.application.client_id, "jt_cs_somebody-s-secret"):
        body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "jt_cs_wrong"}
        assert world.send("POST", "/oauth2/token", json=body).status_code == 401
    assert world.until(lambda: bool(logs(world, token, type="client.refused")))
    (line,) = logs(world, token, type="client.refused")
    assert (line["object"], line["object_id"]) == ("Robot", made.application.client_id)
    assert "wrong" not in str(line)
    assert "somebody" not in str(logs(world, token, limit="1000"))


def test_what_was_refused_and_undone_leaves_no_line(world: World, token: str) -> None:
    make(world, token, "Contracts")
    before = len(logs(world, token, type="folder.created"))
    assert world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": "Contracts"}).status_code == 403
    assert len(logs(world, token, type="folder.created")) == before


def test_lines_go_after_the_days_that_the_platform_keeps_them(world: World, token: str) -> None:
    make(world, token, "old")
    world.write(lambda work: work.platform.keep(LOG_DAYS, "10"))
    world.pass_time(11 * DAY_S)
    newer = world.token()
    make(world, newer, "new")
    world.do_jobs()
    assert world.until(lambda: [line["object"] for line in logs(world, newer, type="folder.created")] == ["new"])


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(world: World, token: str) -> None:
    make(world, token, "here", **{"X-Forwarded-For": "203.0.113.9"})
    (line,) = logs(world, token, type="folder.created")
    assert line["ip"] != "203.0.113.9"
