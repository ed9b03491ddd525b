"""What an application's requests must carry, who may use it, and who does: over the API and on the console."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jeton.families.applications.model import WithSecret
from jeton.kernel.applications import ApplicationType
from jeton.kernel.ids import ClientId
from jeton.kernel.scopes import Scopes
from jeton.testing.browsing import Visitor
from jeton.testing.client_keys import Keys
from jeton.testing.consenting import CALLBACK, decide, exchange
from jeton.testing.world import PUBLIC_URL, World

KEYS = Keys()
CLIENT = {
    "name": "Portal",
    "type": 0,
    "scopes": ["account.read", "files.read"],
    "editor": "Example",
    "callback_urls": ["https://portal.example.org/callback"],
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def portal(world: World) -> WithSecret:
    return world.application("account.read files.read", name="Portal", type=ApplicationType.CLIENT)


@pytest.fixture
def ada(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    visitor.log_in()
    yield visitor
    visitor.close()


def change(world: World, app: WithSecret, **members: Any) -> Any:
    return world.send("PUT", path(app), token=world.token(), json=members)


def path(app: WithSecret, rest: str = "") -> str:
    return f"/api/oauth2/app/{app.application.client_id}{rest}"


def faults(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["field"], fault["code"]) for fault in answer.json()["errors"]]


def test_an_application_is_usual_until_it_is_told_otherwise(world: World, portal: WithSecret) -> None:
    told = world.send("GET", path(portal), token=world.token()).json()
    assert (told["require_pkce"], told["dpop_bound_access_tokens"], told["jwks"]) == (False, False, None)
    assert (told["refresh_idle"], told["refresh_lifetime"]) == (30 * 86_400, 90 * 86_400)
    assert (told["audience"], told["resources"], told["optional_scopes"]) == (None, [], [])


def test_each_member_is_kept_and_what_is_not_given_stays(world: World, portal: WithSecret) -> None:
    group = world.group("Lawyers")
    members = {
        "require_pkce": True,
        "require_pushed_authorization_requests": True,
        "dpop_bound_access_tokens": True,
        "resources": ["https://maps.example.org"],
        "optional_scopes": ["files.read"],
        "refresh_idle": 3600,
        "refresh_lifetime": "7200",
        "consent_skipped_because": "It is our own.",
        "requests_per_minute": 600,
        "audience": [str(group.id)],
    }
    told = change(world, portal, **members).json()
    assert {name: told[name] for name in members} == {**members, "refresh_lifetime": 7200}
    again = change(world, portal, description="Changed", audience=None).json()
    assert again["require_pkce"] is True
    assert again["audience"] is None
    sent_back = {name: value for name, value in again.items() if name != "client_secret"}
    assert world.send("PUT", path(portal), token=world.token(), json=sent_back).status_code == 200
    keys = world.send("GET", "/oauth2/jwks").json()["keys"]
    assert [key["alg"] for key in keys] == ["ES256"]


def test_an_application_with_keys_has_no_secret_and_proves_itself_with_them(world: World) -> None:
    made = world.send("POST", "/api/oauth2/app", token=world.token(), json={**CLIENT, "jwks": json.loads(KEYS.jwks)})
    assert made.status_code == 201
    assert "client_secret" not in made.json()
    client_id = made.json()["client_id"]
    token = world.token()
    assert world.send("POST", f"/api/oauth2/app/{client_id}/reset", token=token).status_code == 409
    settled = world.send("PUT", f"/api/oauth2/app/{client_id}", token=token, json={"jwks": None})
    assert faults(settled) == [("jwks", "settled")]
    other = json.loads(Keys().jwks)
    changed = world.send("PUT", f"/api/oauth2/app/{client_id}", token=token, json={"jwks": other})
    assert changed.json()["jwks"] == other


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"jwks": {"keys": []}}, "jwks"), ({"jwks": {"keys": [KEYS.private]}}, "jwks"),
        ({"jwks": {"keys": [KEYS.public]}, "public": True}, "jwks"),
        ({"resources": ["http://maps.example.org"]}, "resources"), ({"resources": ["maps"]}, "resources"),
        ({"resources": [f"https://{number}.example.org" for number in range(11)]}, "resources"),
        ({"optional_scopes": ["admin.read"]}, "optional_scopes"),
        ({"optional_scopes": ["nonsense"]}, "optional_scopes"),
        ({"refresh_idle": 3599}, "refresh_lifetime"), ({"refresh_idle": 8_000_000}, "refresh_lifetime"),
        ({"refresh_lifetime": 40_000_000}, "refresh_lifetime"), ({"requests_per_minute": -1}, "requests_per_minute"),
        ({"requests_per_minute": 1_000_001}, "requests_per_minute"),
        ({"consent_skipped_because": "x" * 281}, "consent_skipped_because"),
        ({"consent_skipped_because": "Ours.", "public": True}, "consent_skipped_because"),
        ({"audience": ["999"]}, "audience"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_member_by_member(world: World, members: dict[str, Any], field: str) -> None:
    answer = world.send("POST", "/api/oauth2/app", token=world.token(), json={**CLIENT, **members})
    assert field in {name for name, _ in faults(answer)}


def test_who_does_not_hold_the_scopes_does_not_change_the_protocol(world: World, portal: WithSecret) -> None:
    token = world.token("admin.readwrite")
    answer = world.send("PUT", path(portal), token=token, json={"require_pkce": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "beyond_own_scopes")


def consent(world: World, portal: WithSecret, login: str) -> int:
    person = world.person(login)
    client_id = ClientId(portal.application.client_id)
    world.write(lambda work: work.consents.keep(person.id, client_id, Scopes.parse("files.read"), work.now))
    return person.id


def test_those_who_allowed_it_are_listed_and_cut_off_one_by_one(world: World, portal: WithSecret) -> None:
    ben, eve = consent(world, portal, "ben"), consent(world, portal, "eve")
    token = world.token()
    told = world.send("GET", path(portal, "/users"), token=token).json()
    assert {person["user_id"]: person["scopes"] for person in told} == {
        str(ben): ["files.read"],
        str(eve): ["files.read"],
    }
    assert world.send("DELETE", path(portal, f"/users/{ben}"), token=token).status_code == 204
    assert world.send("DELETE", path(portal, f"/users/{ben}"), token=token).status_code == 404
    assert [person["login"] for person in world.send("GET", path(portal, "/users"), token=token).json()] == ["eve"]
    assert "consent.withdrawn" in world.audit()


def test_rv_tokens_end_by_person_and_by_when_they_were_given(world: World) -> None:
    robot = world.application("admin.read")
    form = {
        "grant_type": "client_credentials",
        "client_id": robot.application.client_id,
        "client_secret": robot.client_secret,
    }

    def token() -> str:
        return str(world.send("POST", "/oauth2/token", data=form).json()["access_token"])

    def opens(token: str) -> bool:
        return world.send("GET", "/api/oauth2/apps", token=token).status_code == 200

    admin = world.token()
    early = token()
    world.pass_time(60)
    late = token()
    issued = world.send("GET", path(robot, "/tokens"), token=admin).json()
    latest = max(one["creation"] for one in issued)
    body = {"issued_before": latest, "user_id": "999"}
    assert world.send("POST", path(robot, "/tokens/revoke"), token=admin, json=body).status_code == 204
    assert opens(early)
    del body["user_id"]
    assert world.send("POST", path(robot, "/tokens/revoke"), token=admin, json=body).status_code == 204
    assert (opens(early), opens(late)) == (False, True)
    assert world.send("POST", path(robot, "/tokens/revoke"), token=admin, json={}).status_code == 204
    assert not opens(late)


def test_the_protocol_page_shows_what_is_kept_and_keeps_what_is_sent(
    world: World, portal: WithSecret, ada: Visitor
) -> None:
    group = world.group("Lawyers")
    page = f"/admin/applications/{portal.application.client_id}/protocol"
    assert "Lawyers" in ada.get(page).text
    sent = {
        "require_pkce": "1",
        "refresh_idle": "10",
        "refresh_lifetime": "20",
        "requests_per_minute": "0",
        "resources": "https://maps.example.org\nhttps://other.example.org",
        "optional_scopes": "files.read",
        "consent_skipped_because": "It is our own.",
        "for_whom": "groups",
        "audience": str(group.id),
    }
    assert ada.post(page, sent).status_code == 303
    told = world.send("GET", path(portal), token=world.token()).json()
    assert (told["require_pkce"], told["refresh_idle"], told["refresh_lifetime"]) == (True, 864_000, 1_728_000)
    assert told["resources"] == ["https://maps.example.org", "https://other.example.org"]
    assert (told["audience"], told["optional_scopes"]) == ([str(group.id)], ["files.read"])
    assert "People are not asked" in ada.get(page).text
    wrong = ada.post(page, {**sent, "requests_per_minute": "many", "refresh_idle": ""})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    ada.get(page)
    assert ada.post(page, {**sent, "for_whom": "all"}).status_code == 303
    assert world.send("GET", path(portal), token=world.token()).json()["audience"] is None


def test_an_application_with_keys_is_registered_on_the_console(world: World, ada: Visitor) -> None:
    new = "/admin/applications/new"
    fields = {
        "type": "0",
        "public": "keys",
        "name": "Signing portal",
        "editor": "Example",
        "callback_urls": "https://portal.example.org/callback",
        "scopes": "files.read",
    }
    ada.get(new)
    missing = ada.post(new, fields)
    assert missing.status_code == 422
    ada.get(new)
    made = ada.post(new, {**fields, "jwks": KEYS.jwks})
    assert made.status_code == 200
    application = next(one for one in world.read(lambda work: work.applications.all()) if one.name == "Signing portal")
    base = f"/admin/applications/{application.client_id}"
    assert "Signs with its keys" in ada.get(base).text
    assert "Secrets" not in ada.get(base).text
    ada.get(f"{base}/protocol")
    kept = {
        "has_keys": "1",
        "jwks": KEYS.jwks,
        "refresh_idle": "1",
        "refresh_lifetime": "2",
        "requests_per_minute": "5",
    }
    assert ada.post(f"{base}/protocol", kept).status_code == 303


def test_a_server_application_with_keys_is_registered_on_the_console_and_gets_its_tokens(
    world: World, ada: Visitor
) -> None:
    new, keys = "/admin/applications/new", Keys()
    fields = {"type": "1", "signs": "1", "name": "Signing robot", "scopes": "files.read"}
    assert 'name="signs"' in ada.get(new).text
    assert (ada.post(new, fields).status_code, "Paste the application" in ada.page.text) == (422, True)
    ada.get(new)
    made = ada.post(new, {**fields, "jwks": keys.jwks})
    assert (made.status_code, "jt_cs_" in made.text) == (200, False)
    application = next(one for one in world.read(lambda work: work.applications.all()) if one.name == "Signing robot")
    assert "Signs with its keys" in ada.get(f"/admin/applications/{application.client_id}").text
    proved = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": keys.assertion(application.client_id, PUBLIC_URL, world.clock()),
    }
    assert world.send("POST", "/oauth2/token", data=proved).status_code == 200
    protocol = f"/admin/applications/{application.client_id}/protocol"
    ada.get(protocol)
    other = Keys()
    assert ada.post(protocol, {"has_keys": "1", "jwks": other.jwks, "requests_per_minute": "5"}).status_code == 303
    assert world.read(lambda work: work.applications.find(application.client_id)).metadata.jwks == other.jwks  # type: ignore[union-attr] # it is there


def test_people_are_cut_off_on_the_console(world: World, portal: WithSecret, ada: Visitor) -> None:
    page = f"/admin/applications/{portal.application.client_id}/users"
    assert "Nobody uses it yet" in ada.get(page).text
    ben = consent(world, portal, "ben")
    assert "ben" in ada.get(page).text
    assert ada.post(page, {"user_id": str(ben)}).status_code == 303
    assert "Nobody uses it yet" in ada.get(page).text


def test_an_authorization_address_is_put_together_and_works(world: World, portal: WithSecret, ada: Visitor) -> None:
    page = f"/admin/applications/{portal.application.client_id}/address"
    shown = unescape(ada.get(page).text)
    (query,) = re.findall(r'href="(/oauth2/authorize[^"]+)&prompt=consent"', shown)
    (verifier,) = re.findall(r'id="verifier" value="([0-9a-f]{64})"', shown)
    assert "state=" in query
    ada.get(query)
    code = decide(ada, "allow")["code"]
    assert exchange(world, portal, code, code_verifier=verifier).status_code == 200
    shown = unescape(ada.get(f"{page}?redirect_uri=https://evil.example&scope=files.read&state=mine").text)
    assert "evil.example" not in shown
    assert f"redirect_uri={quote(CALLBACK, safe='')}&scope=files.read&state=mine&prompt" in shown
    assert "code_challenge" not in shown


def test_tokens_that_were_given_before_a_moment_end_on_the_console(world: World, ada: Visitor) -> None:
    made = world.application("users.read", name="Old robot")
    page = f"/admin/applications/{made.application.client_id}/tokens"
    asked = {"grant_type": "client_credentials", "client_id": made.application.client_id}
    token = world.send("POST", "/oauth2/token", data={**asked, "client_secret": made.client_secret}).json()[
        "access_token"
    ]
    ada.get(page)
    wrong = ada.post(page, {"act": "revoke_before", "issued_before": "yesterday"})
    assert (wrong.status_code, "Give a day and a time" in wrong.text) == (422, True)
    assert ada.post(page, {"act": "revoke_before", "issued_before": "2001-01-01T00:00"}).status_code == 303
    assert world.send("GET", "/api/users", token=token).status_code == 200
    ada.get(page)
    assert ada.post(page, {"act": "revoke_before", "issued_before": "2101-01-01T00:00"}).status_code == 303
    assert world.send("GET", "/api/users", token=token).status_code == 401
