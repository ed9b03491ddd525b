"""Second factors and login sessions over the API: an application changes nothing without the person's password."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.kernel.factors import Passkey
from jeton.kernel.people import User
from jeton.testing.browsing import Visitor
from jeton.testing.factors import code, protect
from jeton.testing.world import World

PASSWORD = "ana has a long password"
PROVED = {"password": PASSWORD}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def person(world: World) -> User:
    return world.person("ana")


@pytest.fixture
def token(world: World, person: User) -> str:
    return world.token("accountsec.readwrite accountsec.read", person=person)


def send(world: World, token: str, path: str, **body: Any) -> Any:
    return world.send("POST", f"/api/account/{path}", token=token, json=body)


def state(world: World, token: str) -> dict[str, Any]:
    told: dict[str, Any] = world.send("GET", "/api/account/security", token=token).json()
    return told


def test_codes_are_begun_confirmed_renewed_and_removed(world: World, token: str) -> None:
    assert state(world, token) == {"totp": False, "recovery_codes": 0, "passkeys": []}
    begun = send(world, token, "totp", **PROVED)
    assert begun.status_code == 201
    secret = begun.json()["secret"]
    assert begun.json()["uri"] == f"otpauth://totp/Documents:ana?secret={secret}&issuer=Documents"
    assert state(world, token)["totp"] is False
    assert send(world, token, "totp/confirm", **PROVED, code="000").json()["code"] == "bad_factor"
    confirmed = send(world, token, "totp/confirm", **PROVED, code=code(world, secret))
    assert len(confirmed.json()["recovery_codes"]) == 10
    assert state(world, token) == {"totp": True, "recovery_codes": 10, "passkeys": []}
    assert send(world, token, "totp", **PROVED).json()["code"] == "has_totp"
    assert send(world, token, "totp/confirm", **PROVED, code=code(world, secret)).status_code == 404
    renewed = send(world, token, "recovery_codes", **PROVED)
    assert renewed.status_code == 201
    assert not set(renewed.json()["recovery_codes"]) & set(confirmed.json()["recovery_codes"])
    assert send(world, token, "totp/remove", **PROVED).status_code == 204
    assert send(world, token, "totp/remove", **PROVED).json()["code"] == "no_totp"
    assert send(world, token, "recovery_codes", **PROVED).json()["code"] == "no_factor"
    assert state(world, token) == {"totp": False, "recovery_codes": 0, "passkeys": []}


@pytest.mark.parametrize("path", ["totp", "totp/confirm", "totp/remove", "recovery_codes", "passkey/1/remove"])
def test_a_token_alone_changes_nothing(world: World, person: User, token: str, path: str) -> None:
    held = protect(world, person)
    before = world.audit()
    more = {"code": code(world, held.seed)} if path == "totp/confirm" else {}
    assert send(world, token, path, **more).status_code == 422
    refused = send(world, token, path, password="not hers", **more)
    assert refused.status_code == (404 if more else 422)
    if not more:
        (fault,) = refused.json()["errors"]
        assert (fault["field"], fault["code"]) == ("password", "wrong_password")
    assert [action for action in world.audit()[len(before) :] if action != "call.refused"] == []
    assert state(world, token) == {"totp": True, "recovery_codes": 10, "passkeys": []}


def test_guessing_the_password_with_a_token_is_slowed_as_at_the_login_page(
    world: World, person: User, token: str
) -> None:
    protect(world, person)
    statuses = [send(world, token, "totp/remove", password=f"guess {number}").status_code for number in range(14)]
    assert statuses == [422] * 10 + [429] * 4
    assert send(world, token, "totp/remove", **PROVED).status_code == 429
    visitor = Visitor(world)
    assert visitor.log_in("ana", PASSWORD).status_code == 429
    visitor.close()
    world.pass_time(601)
    assert send(world, token, "totp/remove", **PROVED).status_code == 204


def test_nobody_acts_on_second_factors_in_another_s_name(world: World, person: User) -> None:
    server = world.token("accountsec.readwrite users.readwrite")
    for headers in ({}, {"As": str(person.id)}):
        refused = world.send("GET", "/api/account/security", token=server, headers=headers)
        assert refused.status_code == 403


def test_passkeys_are_listed_without_their_keys_and_removed(world: World, person: User, token: str) -> None:
    key = Passkey(7, person.id, b"credential", b"public", 0, "Blue key", world.now, None)
    world.write(lambda work: work.factors.add_passkey(key))
    (told,) = state(world, token)["passkeys"]
    assert {"id": told["id"], "name": told["name"], "used_at": told["used_at"]} == {
        "id": "7", "name": "Blue key", "used_at": None,
    }  # fmt: skip
    assert set(told) == {"id", "name", "created_at", "used_at"}
    assert send(world, token, "passkey/8/remove", **PROVED).json()["code"] == "no_such_passkey"
    assert send(world, token, "passkey/7/remove", **PROVED).status_code == 204
    assert state(world, token)["passkeys"] == []
    assert "factor.passkey_removed" in world.audit()


def test_login_sessions_are_listed_and_ended(world: World, token: str) -> None:
    browsers = [Visitor(world) for _ in range(3)]
    for browser in browsers:
        browser.log_in("ana", PASSWORD)
    listed = world.send("GET", "/api/account/sessions", token=token).json()
    assert [set(one) for one in listed] == [{"id", "user_agent", "started_at", "seen_at"}] * 3
    ended = world.send("DELETE", f"/api/account/session/{listed[0]['id']}", token=token)
    assert ended.status_code == 204
    assert sorted(browser.get("/account").status_code for browser in browsers) == [200, 200, 303]
    assert world.send("DELETE", f"/api/account/session/{listed[0]['id']}", token=token).json()["code"] == (
        "no_such_session"
    )
    ben = world.token("accountsec.readwrite", person=world.person("ben"))
    assert world.send("DELETE", f"/api/account/session/{listed[1]['id']}", token=ben).status_code == 404
    assert world.send("DELETE", "/api/account/sessions", token=token).status_code == 204
    assert [browser.get("/account").status_code for browser in browsers] == [303] * 3
    for browser in browsers:
        browser.close()
