"""A disk that fills up: each door says so, nothing is half done, reads go on, and work goes on once there is room."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as world:
        yield world


def limit_pages(world: World, pages: int) -> None:
    """Let the database grow to so many pages, as a disk would."""
    world.running.works._writer._connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def fill(world: World, token: str) -> httpx2.Response:
    """Make users until there is no room; the refusal."""
    limit_pages(world, 1)  # SQLite takes it as: no more than there are now
    for number in range(2000):
        body = {"login": f"user{number}", "organization": "x" * 100, "lastname": "y" * 100}
        answer = world.send("POST", "/api/user", token=token, json=body)
        if answer.status_code != 201:
            return answer
    raise AssertionError("the disk was never full")


def logins(world: World, token: str) -> list[str]:
    return [user["login"] for user in world.send("GET", "/api/users", token=token).json()]


def test_every_door_says_so_and_nothing_is_half_done(world: World) -> None:
    app = world.application("all")
    asking = {
        "client_id": app.application.client_id, "client_secret": app.client_secret, "grant_type": "client_credentials",
    }  # fmt: skip
    token: str = world.send("POST", "/oauth2/token", json=asking).json()["access_token"]
    refused = fill(world, token)
    assert (refused.status_code, refused.json()["code"]) == (507, "no_space")
    before = logins(world, token)
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/api/user", {"json": {"login": "one-more", "organization": "x" * 100, "lastname": "y" * 100}}),
        ("POST", "/api/folder", {"json": {"parent_id": 1, "name": "n" * 255}}),
        ("POST", "/api/file/upload", {"data": {"folderId": "1"}, "files": {"targetFile": ("f" * 255, b"bytes")}}),
    ]
    refusals = 0
    for _ in range(40):  # small rows may still find room in a page that is begun
        for method, path, options in calls:
            answer = world.send(method, path, token=token, **options)
            assert answer.status_code in {201, 403, 422, 507}, answer.text
            if answer.status_code == 507:
                assert answer.json()["code"] == "no_space"
                refusals += 1
    assert refusals > 40
    assert set(logins(world, token)) - set(before) <= {"one-more"}
    for _ in range(200):
        minted = world.send("POST", "/oauth2/token", json=asking)
        if minted.status_code != 200:
            break
    assert (minted.status_code, minted.json()["error"]) == (507, "temporarily_unavailable")
    assert minted.headers["retry-after"].isdigit()
    assert world.send("GET", "/readyz").status_code == 200
    limit_pages(world, 1_000_000)
    assert world.send("POST", "/oauth2/token", json=asking).status_code == 200
    assert world.send("POST", "/api/user", token=token, json={"login": "after"}).status_code == 201
    listing = world.send("GET", "/api/folder/1?depth=1", token=token).json()
    assert listing["nb_d_folders"] == len(listing["content"]["folders"])
    assert listing["nb_d_files"] == len(listing["content"]["files"])
    blobs = [path for path in (world.folder / "blobs").rglob("*") if path.is_file()]
    assert len(blobs) == sum(file.get("nb_versions", 1) for file in listing["content"]["files"])


def test_rv_03_a_revocation_that_cannot_be_kept_is_not_said_to_be_done(world: World) -> None:
    app = world.application("files.read")
    form = {"client_id": app.application.client_id, "client_secret": app.client_secret}
    asking = {**form, "grant_type": "client_credentials"}
    token: str = world.send("POST", "/oauth2/token", json=asking).json()["access_token"]
    connection = world.running.works._writer._connection
    connection.set_commit_hook(lambda: True)  # SQLite: then the COMMIT fails
    refused = world.send("POST", "/oauth2/revoke", json={**form, "token": token})
    assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")
    assert world.send("GET", "/api/folder/1", token=token).status_code == 200
    connection.set_commit_hook(None)
    assert world.send("POST", "/oauth2/revoke", json={**form, "token": token}).status_code == 200
    assert world.send("GET", "/api/folder/1", token=token).status_code == 401
