"""One's own account over the API, and acting for a person by the header As (product.md D12)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.testing.world import World

LONG = "seven lazy otters"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


def create(world: World, token: str, **members: Any) -> Any:
    return world.send("POST", "/api/user", token=token, json={"login": "bob", "email": "bob@example.org", **members})


def test_an_account_is_read_and_changed_by_its_person(world: World) -> None:
    bob = world.person("bob")
    token = world.token("account.readwrite account.read", person=bob)
    told = world.send("GET", "/api/account", token=token).json()
    assert told["login"] == "bob"
    changed = world.send("PUT", "/api/account", token=token, json={**told, "lastname": "Martin", "admin": True})
    assert (changed.json()["lastname"], changed.json()["admin"]) == ("Martin", False)
    assert world.send("PUT", "/api/account", token=token, json={"email": "nowhere"}).status_code == 422
    assert world.send("PUT", "/api/account", token=token, json={"password": LONG}).status_code == 422


def test_a_server_application_acts_for_a_person_by_the_header_as(world: World) -> None:
    bob = world.person("bob")
    acting = world.token("account.readwrite account.read users.readwrite users.read groups.readwrite admin.read")
    assert world.send("GET", "/api/account", token=acting).json()["code"] == "user_required"
    for header in ("As", "AsId"):
        told = world.send("GET", "/api/account", token=acting, headers={header: str(bob.id)})
        assert told.json()["login"] == "bob"
    world.send("PUT", "/api/account", token=acting, headers={"As": str(bob.id)}, json={"firstname": "B"})
    assert "account.changed" in world.audit()
    for value, status in (("", 400), ("x", 400), ("999", 404), (str(world.admin.id), 403)):
        assert world.send("GET", "/api/account", token=acting, headers={"As": value}).status_code == status
    both = {"As": str(bob.id), "AsId": str(world.admin.id)}
    assert world.send("GET", "/api/account", token=acting, headers=both).status_code == 400
    assert world.send("GET", "/api/oauth2/apps", token=acting, headers={"As": str(bob.id)}).status_code == 403
    assert create(world, acting, login="x2").status_code == 201
    refused = world.send("POST", "/api/user", token=acting, headers={"As": str(bob.id)}, json={"login": "x3"})
    assert refused.status_code == 403
    weak = world.token("account.read users.read")
    assert world.send("GET", "/api/account", token=weak, headers={"As": str(bob.id)}).status_code == 403
    own = world.token("account.read users.readwrite users.read", person=bob)
    assert world.send("GET", "/api/account", token=own, headers={"As": str(bob.id)}).status_code == 403
    off = world.person("off", is_active=False)
    assert world.send("GET", "/api/account", token=acting, headers={"As": str(off.id)}).status_code == 403
