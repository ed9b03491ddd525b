"""Users and one's own account over the API (wire/resources.md sections 1 and 2)."""

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


def test_a_user_is_created_read_changed_and_deleted(world: World) -> None:
    token = world.token("users.readwrite users.read")
    made = create(world, token, firstname="Bob", password=LONG)
    assert made.status_code == 201
    told = made.json()
    assert isinstance(told["id"], str)
    assert (told["active"], told["admin"], told["language"], len(told["roots"])) == (True, False, "auto", 1)
    assert "password" not in made.text
    path = f"/api/user/{told['id']}"
    assert world.send("GET", path, token=token).json() == told
    changed = world.send("PUT", path, token=token, json={**told, "firstname": "Robert", "active": False})
    assert (changed.json()["firstname"], changed.json()["active"]) == ("Robert", False)
    assert world.send("DELETE", path, token=token).status_code == 204
    assert world.send("GET", path, token=token).status_code == 404
    again = create(world, token).json()
    assert again["id"] != told["id"]


def test_the_list_is_an_array_searched_and_paged(world: World) -> None:
    token = world.token("users.read")
    for login in ("bob", "carol", "dave"):
        world.person(login)
    told = world.send("GET", "/api/users", token=token).json()
    assert [user["login"] for user in told] == ["ada", "bob", "carol", "dave"]
    page = world.send("GET", "/api/users", token=token, params={"offset": "1", "limit": "2"}).json()
    assert [user["login"] for user in page] == ["bob", "carol"]
    assert len(world.send("GET", "/api/users", token=token, params={"search": "CAR"}).json()) == 1
    for bad in ({"limit": "0"}, {"limit": "x"}, {"limit": "1000000000"}, {"offset": "-1"}):
        assert world.send("GET", "/api/users", token=token, params=bad).status_code == 422


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"login": "a"}, "login"),
        ({"login": "ADA"}, "login"),
        ({"login": "\uff41da"}, "login"),
        ({"login": "\u0430da"}, "login"),
        ({"login": "b\u202eob"}, "login"),
        ({"email": "nowhere"}, "email"),
        ({"language": "xx"}, "language"),
        ({"firstname": "x" * 101}, "firstname"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "bob2026"}, "password"),
        ({"password": 5}, "password"),
        ({"active": "yes"}, "active"),
        ({"passwrod": LONG}, "passwrod"),
        ({"owner_id": 1}, "owner_id"),
    ],
)
def test_what_is_wrong_is_told_by_member_and_nobody_is_made(world: World, members: dict[str, Any], field: str) -> None:
    token = world.token("users.readwrite users.read")
    refused = create(world, token, **members)
    assert refused.status_code == 422
    assert field in {error["field"] for error in refused.json()["errors"]}
    assert world.read(lambda work: work.people.count()) == 1


def test_sentences_follow_the_language_asked_and_codes_do_not(world: World) -> None:
    token = world.token("users.readwrite users.read")
    answers = {
        language: world.send(
            "POST", "/api/user", token=token, json={"login": "ada"}, headers={"Accept-Language": language}
        ).json()
        for language in ("en", "fr-CA, en;q=0.5")
    }
    english, french = answers.values()
    assert english["error"] != french["error"]
    assert "déjà" in french["error"] or "existe" in french["error"] or "pris" in french["error"]
    assert english["code"] == french["code"]


def test_whoever_asks_for_problem_json_gets_it(world: World) -> None:
    refused = world.send("GET", "/api/users", headers={"Accept": "application/problem+json"})
    assert refused.headers["content-type"] == "application/problem+json"
    told = refused.json()
    assert (told["status"], told["code"], told["type"]) == (401, "unauthenticated", "urn:jeton:problem:unauthenticated")


def test_administrators_are_made_and_touched_only_with_admin_write(world: World) -> None:
    without = world.token("users.readwrite users.read")
    refused = create(world, without, admin=True)
    assert (refused.status_code, refused.json()["required_scopes"]) == (403, ["admin.write"])
    path = f"/api/user/{world.admin.id}"
    for body in (
        {"email": "evil@example.org"},
        {"active": False},
        {"password": LONG},
        {"admin": False},
        {"login": "x2"},
    ):
        assert world.send("PUT", path, token=without, json=body).status_code == 403
    assert world.send("DELETE", path, token=without).status_code == 403
    assert world.send("PUT", path, token=without, json={"firstname": "Ada"}).status_code == 200
    with_it = world.token("users.readwrite users.read admin.write")
    assert create(world, with_it, admin=True).status_code == 201


def test_the_last_administrator_stays(world: World) -> None:
    token = world.token("users.readwrite users.read admin.write")
    path = f"/api/user/{world.admin.id}"
    for answer in (
        world.send("DELETE", path, token=token),
        world.send("PUT", path, token=token, json={"active": False}),
        world.send("PUT", path, token=token, json={"admin": False}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")


def test_disabling_or_deleting_a_person_ends_their_tokens_at_once(world: World) -> None:
    manager = world.token("users.readwrite users.read")
    for method, body in (("PUT", {"active": False}), ("DELETE", None)):
        person = world.person(f"p{method.lower()}")
        token = world.token("account.read", person=person)
        assert world.send("GET", "/api/account", token=token).status_code == 200
        world.send(method, f"/api/user/{person.id}", token=manager, json=body)
        assert world.send("GET", "/api/account", token=token).status_code == 401


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


def test_the_public_configuration_needs_no_token(world: World) -> None:
    told = world.send("GET", "/api/publicconfig")
    assert told.status_code == 200
    assert told.json()["features"]["oauth2"] is True
    assert world.send("GET", "/api/publicconfig", token="nonsense").status_code == 200
