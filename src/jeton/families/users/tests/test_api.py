"""Users through the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from jeton.testing.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("users") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def token(world: World) -> str:
    """May read and write users, and no more."""
    return world.token("users.readwrite")


@pytest.fixture(scope="module")
def chief(world: World) -> str:
    """Holds everything."""
    return world.token("all")


def create(world: World, token: str, **members: Any) -> Any:
    answer = world.send("POST", "/api/user", token=token, json=members)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_user_is_created_read_changed_listed_and_deleted(world: World, token: str) -> None:
    made = create(world, token, login="bob", email="bob@example.org, b@example.org", firstname="Bob", lastname="Stone")
    assert isinstance(made["id"], str)
    assert {name: value for name, value in made.items() if name not in {"id", "roots"}} == {
        "login": "bob", "firstname": "Bob", "lastname": "Stone", "email": "bob@example.org, b@example.org",
        "phone": "", "organization": "", "language": "auto", "active": True, "admin": False,
        "expiration": None,
    }  # fmt: skip
    assert made["roots"]
    assert all(isinstance(root, int) for root in made["roots"])
    path = f"/api/user/{made['id']}"
    assert world.send("GET", path, token=token).json() == made
    changed = world.send("PUT", path, token=token, json={"lastname": "Rock", "language": "fr"})
    assert changed.status_code == 200
    assert changed.json() == made | {"lastname": "Rock", "language": "fr"}
    assert changed.json() in world.send("GET", "/api/users", token=token).json()
    gone = world.send("DELETE", path, token=token)
    assert (gone.status_code, gone.content) == (204, b"")
    for method in ("GET", "DELETE"):
        refused = world.send(method, path, token=token)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_user")


def test_what_was_read_can_be_sent_back_whole(world: World, token: str) -> None:
    made = create(world, token, login="carla", email="c@example.org")
    path = f"/api/user/{made['id']}"
    assert world.send("PUT", path, token=token, json=made | {"phone": "+33 6 00"}).json() == made | {
        "phone": "+33 6 00"
    }
    assert world.send("PUT", path, token=token, json={}).json() == made | {"phone": "+33 6 00"}


def test_a_password_is_taken_and_told_to_nobody(world: World, token: str) -> None:
    secret = "a rather long passphrase 42"
    answer = world.send(
        "POST", "/api/user", token=token, json={"login": "dora", "email": "d@x.org", "password": secret}
    )
    assert answer.status_code == 201
    assert "password" not in answer.json()
    path = f"/api/user/{answer.json()['id']}"
    for told in (answer.text, world.send("GET", path, token=token).text, world.log.getvalue()):
        assert secret not in told
        assert "argon2" not in told
    kept = world.read(lambda work: work.people.find_by_identifier("dora"))
    assert kept is not None
    assert kept.password_hash.startswith("$argon2id$")
    again = world.send("PUT", path, token=token, json={"password": "another long passphrase 43"})
    assert again.status_code == 200
    other = world.read(lambda work: work.people.find_by_identifier("dora"))
    assert other is not None
    assert other.password_hash != kept.password_hash


@pytest.mark.parametrize("password", ["", "short", "password1234", "dora-weak", "x" * 5000])
def test_a_weak_password_is_refused(world: World, token: str, password: str) -> None:
    refused = world.send("POST", "/api/user", token=token, json={"login": "dora-weak", "password": password})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["password"]
    assert len(password) < 5000 or password not in refused.text


@pytest.mark.parametrize(
    ("members", "field", "code"),
    [
        ({}, "login", "missing"),
        ({"login": 5}, "login", "wrong_type"),
        ({"login": None}, "login", "wrong_type"),
        ({"login": ["a"]}, "login", "wrong_type"),
        ({"login": "x"}, "login", "login_length"),
        ({"login": "x" * 61}, "login", "login_length"),
        ({"login": " eve"}, "login", "login_blanks"),
        ({"login": "e\nve"}, "login", "login_characters"),
        ({"login": "e\u202eve"}, "login", "login_characters"),
        ({"login": "\u0430dam"}, "login", "login_scripts"),
        ({"login": "ADA"}, "login", "login_taken"),
        ({"login": "\uff41da"}, "login", "login_taken"),
        ({"login": "eve", "email": "nowhere"}, "email", "email_invalid"),
        ({"login": "eve", "email": "a@b.org,,c@d.org"}, "email", "email_invalid"),
        ({"login": "eve", "email": "a@b.org\r\nBcc: x@y.org"}, "email", "email_invalid"),
        ({"login": "eve", "email": "a@b.org," * 10 + "a@b.org"}, "email", "too_many"),
        ({"login": "eve", "firstname": "x" * 101}, "firstname", "too_long"),
        ({"login": "eve", "lastname": "a\0b"}, None, "malformed_json"),
        ({"login": "eve", "language": "tlh"}, "language", "language_unknown"),
        ({"login": "eve", "active": "yes"}, "active", "wrong_type"),
        ({"login": "eve", "admin": 1}, "admin", "wrong_type"),
        ({"login": "eve", "frstname": "E"}, "frstname", "unknown_member"),
        ({"login": "eve", "constructor": 1}, "constructor", "unknown_member"),
        ({"login": "eve", "user_id": "7"}, "user_id", "unknown_member"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    world: World, token: str, members: dict[str, Any], field: str | None, code: str
) -> None:
    before = world.send("GET", "/api/users", token=token).json()
    refused = world.send("POST", "/api/user", token=token, json=members)
    told = refused.json()
    if field is None:
        assert (refused.status_code, told["code"]) == (400, code)
    else:
        assert refused.status_code == 422, refused.text
        assert [(error["field"], error["code"]) for error in told["errors"]] == [(field, code)]
        assert all(error["detail"] for error in told["errors"])
    assert world.send("GET", "/api/users", token=token).json() == before


def test_an_unknown_member_is_told_with_the_nearest_one(world: World, token: str) -> None:
    told = world.send("POST", "/api/user", token=token, json={"login": "eve", "frstname": "E"}).json()
    assert "firstname" in told["errors"][0]["detail"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "number",
    ["0", "-1", "1.5", "abc", "%2f", "%00", "1%00", "%ff", "9" * 30, "9223372036854775808", "%20", "1e3", "+1"],
)
def test_what_is_no_id_is_refused(world: World, token: str, method: str, number: str) -> None:
    refused = world.send(method, f"/api/user/{number}", token=token, json={} if method == "PUT" else None)
    assert refused.status_code in {400, 404, 422}, refused.text
    assert refused.json()["code"]


def test_an_id_of_somebody_else_kind_is_no_user(world: World, token: str, chief: str) -> None:
    applications = world.read(lambda work: work.applications.all())
    for application in applications[:2]:  # a Server application is a principal, and no user
        assert world.send("GET", f"/api/user/{application.id}", token=token).status_code == 404
        assert world.send("DELETE", f"/api/user/{application.id}", token=chief).status_code == 404


def test_administrators_are_made_and_touched_only_with_admin_write(world: World, token: str, chief: str) -> None:
    refused = world.send("POST", "/api/user", token=token, json={"login": "root", "admin": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "beyond_own_scopes")
    assert refused.json()["required_scopes"] == ["admin.write"]
    made = create(world, chief, login="root", admin=True)
    path = f"/api/user/{made['id']}"
    for members in (
        {"admin": False},
        {"active": False},
        {"password": "a rather long passphrase"},
        {"email": "x@y.org"},
    ):
        refused = world.send("PUT", path, token=token, json=members)
        assert (refused.status_code, refused.json()["code"]) == (403, "beyond_own_scopes"), members
    assert world.send("DELETE", path, token=token).status_code == 403
    assert world.send("GET", path, token=token).json() == made
    ordinary = create(world, token, login="ordinary")
    assert world.send("PUT", f"/api/user/{ordinary['id']}", token=token, json={"admin": True}).status_code == 403
    assert world.send("PUT", path, token=token, json={"phone": "1"}).status_code == 200
    assert world.send("DELETE", path, token=chief).status_code == 204


def test_az_11_the_last_administrator_stays(world: World, chief: str) -> None:
    path = f"/api/user/{world.admin.id}"
    for method, members in (("PUT", {"active": False}), ("PUT", {"admin": False}), ("DELETE", None)):
        refused = world.send(method, path, token=chief, json=members)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")
    second = create(world, chief, login="second", admin=True)
    sleeping = create(world, chief, login="sleeping", admin=True, active=False)
    assert world.send("DELETE", f"/api/user/{second['id']}", token=chief).status_code == 204
    assert world.send("DELETE", path, token=chief).status_code == 409  # one that sleeps does not count
    assert world.send("DELETE", f"/api/user/{sleeping['id']}", token=chief).status_code == 204


def test_disabling_ends_tokens_and_deleting_frees_the_login(world: World, token: str) -> None:
    person = world.person("fred")
    theirs = world.token("account.read", person=person)
    assert world.send("GET", "/api/account", token=theirs).status_code == 200
    assert world.send("PUT", f"/api/user/{person.id}", token=token, json={"active": False}).json()["active"] is False
    assert world.send("GET", "/api/account", token=theirs).status_code == 401
    assert world.send("DELETE", f"/api/user/{person.id}", token=token).status_code == 204
    assert world.send("GET", "/api/account", token=theirs).status_code == 401
    assert create(world, token, login="fred")["id"] != str(person.id)


def test_a_login_is_changed_to_a_free_one_only(world: World, token: str) -> None:
    made = create(world, token, login="gina")
    path = f"/api/user/{made['id']}"
    assert world.send("PUT", path, token=token, json={"login": "GINA"}).json()["login"] == "GINA"
    refused = world.send("PUT", path, token=token, json={"login": "Ada"})
    assert refused.json()["errors"][0]["code"] == "login_taken"


def test_the_list_is_paged_and_searched(world: World, token: str) -> None:
    for number in range(5):
        create(world, token, login=f"page{number}", email=f"page{number}@example.org")

    def logins(query: str) -> list[str]:
        return [user["login"] for user in world.send("GET", f"/api/users?{query}", token=token).json()]

    assert logins("search=page") == [f"page{number}" for number in range(5)]
    assert logins("search=page&offset=1&limit=2") == ["page1", "page2"]
    assert logins("search=PAGE3%40example") == ["page3"]
    assert logins("search=%25") == []
    assert logins("search=_age1") == []
    for query in ("limit=0", "limit=-1", "limit=x", "offset=-1", "limit=200001"):
        assert world.send("GET", f"/api/users?{query}", token=token).status_code == 422, query
    assert world.send("GET", "/api/users?limit=1&limit=2", token=token).status_code == 400


def test_refusals_are_told_in_french_to_who_asks_for_french(world: World, token: str) -> None:
    refused = world.send(
        "POST", "/api/user", token=token, json={"login": "ada"}, headers={"Accept-Language": "fr-FR,en;q=0.5"}
    )
    assert "identifiant" in refused.json()["errors"][0]["detail"].lower()
