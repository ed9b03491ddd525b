"""What every answer of the API has in common: request ids, languages, kinds of error bodies, and our own failures."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jeton.assembly.catalogue import Catalogue, find_catalogue
from jeton.kernel.caller import Caller
from jeton.kernel.declare import Family, Operation
from jeton.kernel.ports import Work
from jeton.kernel.problems import Busy
from jeton.kernel.rights import ANYONE
from jeton.kernel.scopes import PUBLIC
from jeton.testing.world import World
from jeton.wire.shapes import Nothing


def break_down(work: Work, caller: Caller, command: object) -> None:
    """Break, as a bug would."""
    raise RuntimeError("the sentence of a bug, with a secret in it")


def be_busy(work: Work, caller: Caller, command: object) -> None:
    """Have no time."""
    raise Busy(retry_after_s=7)


def operation(name: str, method: str, call: Any, **more: Any) -> Operation:
    return Operation(
        name=f"trouble.{name}", method=method, path=f"/api/trouble/{name}", scope=PUBLIC("a test"),
        right=ANYONE("a test"), takes=Nothing, gives=None, call=call, source="a test", problems=(Busy,), **more,
    )  # fmt: skip


TROUBLE = Family(
    name="trouble",
    operations=(
        operation("read", "GET", break_down),
        operation("write", "POST", break_down),
        operation("busy", "GET", be_busy),
    ),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    catalogue = Catalogue((*find_catalogue().families, TROUBLE))
    with World(tmp_path_factory.mktemp("answers") / "data", catalogue=catalogue) as world:
        yield world


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/trouble/read"), ("POST", "/api/trouble/write")])
def test_a_bug_of_ours_says_nothing_and_is_found_by_its_request_id(world: World, method: str, path: str) -> None:
    answer = world.send(method, path)
    told = answer.json()
    assert (answer.status_code, told["code"], told["status"]) == (500, "internal_error", 500)
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    assert told["request_id"] == answer.headers["request-id"]
    world.running.journal.flush()
    lines = [line for line in world.log.getvalue().splitlines() if told["request_id"] in line]
    assert any("RuntimeError" in line for line in lines)
    assert world.send("GET", "/api/publicconfig").status_code == 200


def test_a_busy_platform_says_when_to_come_back(world: World) -> None:
    answer = world.send("GET", "/api/trouble/busy")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "7")


def test_every_answer_has_an_id_of_its_own_that_stands_in_the_log(world: World) -> None:
    token = world.token("files.read")
    calls = [
        ("GET", "/api/folder/1", token), ("GET", "/api/folder/1", None), ("GET", "/api/nothing", None),
        ("PATCH", "/api/folder/1", None), ("GET", "/oauth2/nothing", None), ("POST", "/oauth2/token", None),
    ]  # fmt: skip
    ids = [world.send(method, path, token=used).headers["request-id"] for method, path, used in calls]
    assert len(set(ids)) == len(ids)
    world.running.journal.flush()
    logged = {line["request_id"]: line for line in map(json.loads, world.log.getvalue().splitlines())}
    assert set(ids) <= set(logged)
    assert logged[ids[0]]["operation"] == "folders.open"
    assert logged[ids[2]]["operation"] == "-"


def test_an_error_is_a_problem_document_for_who_asks_for_one(world: World) -> None:
    token = world.token("users.read")
    answer = world.send("GET", "/api/folder/1", token=token, headers={"Accept": "application/problem+json"})
    told = answer.json()
    assert answer.headers["content-type"].partition(";")[0] == "application/problem+json"
    assert (told["status"], told["code"], told["required_scopes"]) == (403, "missing_scope", ["files.read"])
    assert told["type"]
    assert told["title"]
    assert "files.read" in told["detail"]
    editor = world.token("files.write")
    answer = world.send(
        "POST", "/api/folder", token=editor, json={"nmae": "x"}, headers={"Accept": "application/problem+json"}
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["nmae"]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("fr", "Ce dossier"),
        ("fr-CA, en;q=0.5", "Ce dossier"),
        ("en", "There is no"),
        ("de, en;q=0.3", "There is no"),
        ("fr;q=0, en", "There is no"),
        ("de", "There is no"),
        ("*", "There is no"),
        (None, "There is no"),
        ("\u00e9" * 50, "There is no"),
        (",;=q,;q=x", "There is no"),
    ],
)
def test_sentences_follow_the_languages_that_are_asked(world: World, asked: str | None, word: str) -> None:
    headers = [] if asked is None else [(b"accept-language", asked.encode("latin-1"))]
    answer = world.send("GET", "/api/folder/999", token=world.token("files.read"), headers=headers)
    assert answer.json()["error"].startswith(word), answer.text


def test_without_any_the_platforms_language_is_spoken(world: World) -> None:
    token = world.token("files.read")
    world.write(lambda work: work.platform.keep("language", "fr"))
    try:
        assert world.send("GET", "/api/folder/999", token=token).json()["error"].startswith("Ce dossier")
        assert (
            world.send("GET", "/api/folder/999", token=token, headers={"Accept-Language": "en"})
            .json()["error"]
            .startswith("There")
        )
    finally:
        world.write(lambda work: work.platform.keep("language", "en"))


def test_head_is_get_without_the_body(world: World) -> None:
    token = world.token("files.read")
    got, head = (world.send(method, "/api/folder/1", token=token) for method in ("GET", "HEAD"))
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["content-type"] == got.headers["content-type"]


def test_answers_are_kept_by_no_cache(world: World) -> None:
    token = world.token("files.read users.read")
    for path in ("/api/folder/1", "/api/users", "/api/folder/999", "/api/nothing", "/api/account"):
        answer = world.send("GET", path, token=token)
        assert "no-store" in answer.headers["cache-control"], path
        assert "set-cookie" not in answer.headers
