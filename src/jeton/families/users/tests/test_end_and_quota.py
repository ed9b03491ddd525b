"""The end of an account, and the quota of a private space."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.world import World

DAY_S = 86_400


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


def change(world: World, token: str, user: int, **members: Any) -> httpx2.Response:
    return world.send("PUT", f"/api/user/{user}", token=token, json=members)


def test_an_account_that_ended_is_refused_from_the_next_request_on(world: World, token: str) -> None:
    ana = world.person("ana")
    theirs = world.token(person=ana)
    visitor = Visitor(world)
    assert visitor.log_in("ana", "ana has a long password").status_code == 303
    made = world.send("GET", "/api/account", token=theirs).json()
    assert made["expiration"] is None
    soon = "2026-02-02T03:00:00Z"
    told = change(world, token, ana.id, expiration=soon).json()
    assert told["expiration"] == soon
    assert world.send("GET", "/api/account", token=theirs).json()["expiration"] == soon
    assert visitor.get("/account").status_code == 200
    world.pass_time(DAY_S / 2)
    fresh = world.token()
    assert world.send("GET", "/api/account", token=theirs).status_code == 401
    assert visitor.get("/account").status_code == 303
    assert visitor.log_in("ana", "ana has a long password").status_code == 422
    refused = world.send("GET", "/api/folders", token=fresh, headers={"As": str(ana.id)})
    assert (refused.status_code, refused.json()["code"]) == (403, "as_not_allowed")
    assert change(world, fresh, ana.id, expiration=None).json()["expiration"] is None
    again = Visitor(world)
    assert again.log_in("ana", "ana has a long password").status_code == 303
    again.close()
    visitor.close()


def test_an_account_is_made_with_an_end_and_what_was_read_can_be_sent_back(world: World, token: str) -> None:
    body = {"login": "ben", "email": "ben@example.org", "expiration": "2030-01-01T00:00:00+01:00"}
    made = world.send("POST", "/api/user", token=token, json=body).json()
    assert made["expiration"] == "2029-12-31T23:00:00Z"
    assert change(world, token, made["id"], **made).json() == made


@pytest.mark.parametrize("bad", ["soon", "2026-02-30", "2026-02-02T03:00:00", 3, "0001-01-01T00:00:00Z"])
def test_an_end_that_is_no_date_is_refused(world: World, token: str, bad: object) -> None:
    ana = world.person("ana")
    assert change(world, token, ana.id, expiration=bad).status_code == 422
    assert world.send("GET", f"/api/user/{ana.id}", token=token).json()["expiration"] is None


def test_az_11_the_last_administrator_has_no_end(world: World, token: str) -> None:
    refused = change(world, token, world.admin.id, expiration="2030-01-01T00:00:00Z")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")
    world.person("eve", is_administrator=True)
    assert change(world, token, world.admin.id, expiration="2030-01-01T00:00:00Z").status_code == 200


def test_the_last_day_is_chosen_on_the_console(world: World, token: str) -> None:
    ana = world.person("ana")
    ada = Visitor(world)
    assert ada.log_in().status_code == 303
    path = f"/admin/users/{ana.id}"
    ada.get(path)
    form = {"act": "save", "login": "ana", "email": "ana@example.org"}
    assert ada.post(path, {**form, "expiration": "31/12/2030"}).status_code == 422
    assert 'id="expiration-error"' in ada.page.text
    ada.get(path)
    assert ada.post(path, {**form, "expiration": "2030-12-31"}).status_code == 303
    told = world.send("GET", f"/api/user/{ana.id}", token=token).json()
    assert told["expiration"] == "2031-01-01T00:00:00Z"
    assert 'value="2030-12-31"' in ada.get(path).text
    assert ada.post(path, {**form, "expiration": ""}).status_code == 303
    assert world.send("GET", f"/api/user/{ana.id}", token=token).json()["expiration"] is None
    ada.close()


def test_a_quota_bounds_a_private_space_and_is_told(world: World, token: str) -> None:
    ana = world.person("ana")
    theirs = world.token(person=ana)

    def quota() -> dict[str, int]:
        told: dict[str, int] = world.send("GET", f"/api/user/{ana.id}/quota", token=token).json()
        return told

    def upload(name: str) -> int:
        form = {"data": {"folderId": str(ana.private_root)}, "files": {"targetFile": (name, b"12345678")}}
        return world.send("POST", "/api/file/upload", token=theirs, **form).status_code

    assert quota() == {"quota": 0, "user": 0}
    assert upload("a") == 201
    refused = change(world, token, ana.id, quota=7, firstname="Ana")
    assert (refused.status_code, refused.json()["code"]) == (409, "quota_below_use")
    assert world.send("GET", f"/api/user/{ana.id}", token=token).json()["firstname"] == ""
    assert change(world, token, ana.id, quota=10).status_code == 200
    assert quota() == {"quota": 10, "user": 8}
    assert upload("b") == 507
    assert change(world, token, ana.id, quota=None).status_code == 200
    assert quota() == {"quota": 0, "user": 8}
    assert upload("b") == 201
    for bad in (-1, 1.5, "x", 2**70):
        assert change(world, token, ana.id, quota=bad).status_code == 422
    assert world.send("GET", "/api/user/999999/quota", token=token).status_code == 404
