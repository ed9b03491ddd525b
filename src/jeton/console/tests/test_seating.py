"""Calls of the API by our own pages: a login session in place of a token, and only what pages need."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.assembly.catalogue import find_catalogue
from jeton.edge.app import session_path
from jeton.kernel.people import User
from jeton.testing.browsing import Visitor
from jeton.testing.world import World

BEN = ("ben", "ben has a long password")
BY_SESSION = {
    "files.download",
    "files.thumbnail",
    "files.upload",
    "folders.create",
    "folders.open",
    "tus.append",
    "tus.create",
    "tus.open_or_close",
    "tus.options",
    "tus.look",
    "tus.terminate",
    "zips.fetch",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def person(world: World) -> User:
    return world.person("ben")


@pytest.fixture
def ben(world: World, person: User) -> Iterator[Visitor]:
    visitor = Visitor(world)
    assert visitor.log_in(*BEN).status_code == 303
    visitor.get("/account")
    yield visitor
    visitor.close()


def send(visitor: Visitor, method: str, path: str, *, token: str | None = None, **options: Any) -> httpx2.Response:
    headers = {**visitor.headers, **options.pop("headers", {})}
    if token is not None:
        headers["CSRF-Token"] = token
    return visitor.world.run(visitor.http.request(method, path, headers=headers, **options))


def token(visitor: Visitor) -> str:
    return visitor.hidden()["csrf"]


def test_pages_may_make_these_calls_and_no_others(ben: Visitor) -> None:
    operations = find_catalogue().operations
    assert {operation.name for operation in operations if operation.by_session} == BY_SESSION
    for operation in operations:
        if not operation.by_session and operation.method == "GET":
            path = session_path(operation).format_map(dict.fromkeys(_names(operation.path), "1"))
            assert send(ben, "GET", path).status_code in {404, 405}, operation.name


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def test_a_session_reaches_what_its_person_reaches(ben: Visitor, person: User) -> None:
    made = send(
        ben, "POST", "/session/folder", token=token(ben), json={"parent_id": person.private_root, "name": "Mine"}
    )
    assert made.status_code == 201, made.text
    folder = made.json()["id"]
    assert send(ben, "GET", f"/session/folder/{folder}").json()["name"] == "Mine"
    assert send(ben, "GET", "/session/folder/1").status_code == 404


def test_a_write_without_the_page_s_token_or_from_elsewhere_is_refused(ben: Visitor, person: User) -> None:
    body = {"parent_id": person.private_root, "name": "Forged"}
    right = token(ben)
    refused = [
        send(ben, "POST", "/session/folder", json=body),
        send(ben, "POST", "/session/folder", token="0" * 36, json=body),
        send(ben, "POST", "/session/folder", token=right, json=body, headers={"Origin": "https://evil.test"}),
        send(ben, "POST", "/session/folder", token=right, json=body, headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(403, "forged_form")] * 4
    assert send(ben, "POST", "/session/folder", token=right, json=body).status_code == 201


def test_a_token_is_worth_nothing_here_and_nobody_is_nobody(world: World, ben: Visitor, person: User) -> None:
    stranger = Visitor(world)
    answer = send(stranger, "GET", "/session/folder/1", headers={"Authorization": f"Bearer {world.token('all')}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "signed_out")
    stranger.close()
    shown = send(ben, "GET", f"/session/folder/{person.private_root}", headers={"Authorization": "Bearer nonsense"})
    assert shown.status_code == 200  # the session alone decides


def test_what_is_signed_out_is_refused_from_the_next_call_on(world: World, ben: Visitor, person: User) -> None:
    assert send(ben, "GET", f"/session/folder/{person.private_root}").status_code == 200
    world.write(lambda work: work.login_sessions.end_of_user(person.id))
    assert send(ben, "GET", f"/session/folder/{person.private_root}").status_code == 403


def test_a_form_without_a_script_uploads_and_goes_on_to_its_page(ben: Visitor, person: User) -> None:
    fields = {"csrf": token(ben), "next": f"/files/{person.private_root}", "folderId": str(person.private_root)}
    as_page = {"Accept": "text/html,*/*"}
    files = {"targetFile": ("note.txt", b"hello")}
    done = send(ben, "POST", "/session/file/upload", data=fields, files=files, headers=as_page)
    assert (done.status_code, done.headers["location"]) == (303, f"/files/{person.private_root}")
    elsewhere = {**fields, "next": "https://evil.test/"}
    done = send(ben, "POST", "/session/file/upload", data=elsewhere, files=files, headers=as_page)
    assert done.headers["location"] == "/files"
    forged = send(ben, "POST", "/session/file/upload", data={**fields, "csrf": "no"}, files=files, headers=as_page)
    assert forged.status_code == 403
    assert "<html" in forged.text
    without = {name: value for name, value in fields.items() if name != "csrf"}
    assert send(ben, "POST", "/session/file/upload", data=without, files=files).status_code == 403
    late = {"folderId": str(person.private_root), "next": "/files", "csrf": "no"}
    assert send(ben, "POST", "/session/file/upload", data=late, files=files).status_code == 403
    listed = send(ben, "GET", f"/session/folder/{person.private_root}?depth=1").json()["content"]["files"]
    assert [(file["name"], file["nb_versions"]) for file in listed] == [("note.txt", 2)]
