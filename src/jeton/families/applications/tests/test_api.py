"""Applications over the API (wire/oauth2.md section 6)."""

import io
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from jeton.families.applications.model import callback_reason
from jeton.kernel.applications import ApplicationType
from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token("admin.readwrite admin.read users.read files.readwrite files.read")


def create(world: World, token: str, **members: Any) -> Any:
    body = {"name": "Robot", "type": 1, "scopes": ["users.read"], **members}
    return world.send("POST", "/api/oauth2/app", token=token, json=body)


def ask(world: World, told: dict[str, Any], **more: str) -> Any:
    credentials = {"client_id": told["client_id"], "client_secret": told["client_secret"]}
    return world.send("POST", "/oauth2/token", json={**credentials, "grant_type": "client_credentials", **more})


def data_uri(side: int = 200) -> str:
    stream = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(stream, "PNG")
    return f"data:image/png;base64,{b64encode(stream.getvalue()).decode()}"


def test_an_application_is_registered_and_its_secret_told_this_once(world: World, token: str) -> None:
    made = create(
        world, token, editor="Example", editor_url="https://example.org", scopes="users.read files.readwrite files.read"
    )
    assert made.status_code == 201
    told = made.json()
    assert told["client_secret"].startswith("jt_cs_")
    assert told["scopes"] == ["files.readwrite", "files.read", "users.read"]
    path = f"/api/oauth2/app/{told['client_id']}"
    read = world.send("GET", path, token=token).json()
    assert "client_secret" not in read
    assert read == {name: value for name, value in told.items() if name != "client_secret"}
    (listed,) = [app for app in world.send("GET", "/api/oauth2/apps", token=token).json() if app["name"] == "Robot"]
    assert listed == read
    assert ask(world, told).status_code == 200


def test_nobody_gives_what_they_do_not_hold(world: World, token: str) -> None:
    refused = create(world, token, scopes=["tags.read", "users.read"])
    assert (refused.status_code, refused.json()["required_scopes"]) == (403, ["tags.read"])
    everything = world.application(name="Everything").application.client_id
    path = f"/api/oauth2/app/{everything}"
    assert world.send("POST", f"{path}/reset", token=token).status_code == 403
    assert world.send("PUT", path, token=token, json={"scopes": ["tags.read"]}).status_code == 403
    assert world.send("PUT", path, token=token, json={"callback_urls": ["https://evil.test/x"]}).status_code == 403
    assert world.send("PUT", path, token=token, json={"suspended": True}).status_code == 200


def test_a_reset_ends_the_old_secret_at_once_and_tokens_live_on(world: World, token: str) -> None:
    told = create(world, token).json()
    alive = ask(world, told).json()["access_token"]
    reset = world.send("POST", f"/api/oauth2/app/{told['client_id']}/reset", token=token)
    assert reset.status_code == 200
    assert reset.json()["client_secret"] != told["client_secret"]
    refused = ask(world, told)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert ask(world, reset.json()).status_code == 200
    assert world.send("GET", "/api/users", token=alive).status_code == 200


def test_narrowed_scopes_hold_for_the_tokens_that_are_out(world: World, token: str) -> None:
    told = create(world, token, scopes=["users.read", "files.read"]).json()
    alive = ask(world, told).json()["access_token"]
    assert world.send("GET", "/api/users", token=alive).status_code == 200
    path = f"/api/oauth2/app/{told['client_id']}"
    assert world.send("PUT", path, token=token, json={"scopes": ["files.read"]}).status_code == 200
    refused = world.send("GET", "/api/users", token=alive)
    assert (refused.status_code, refused.json()["granted_scopes"]) == (403, ["files.read"])
    world.send("PUT", path, token=token, json={"scopes": ["files.read", "users.read", "admin.read"]})
    assert world.send("GET", "/api/users", token=alive).status_code == 200
    assert world.send("GET", "/api/oauth2/apps", token=alive).status_code == 403


def test_a_suspended_application_gets_and_does_nothing_until_it_is_resumed(world: World, token: str) -> None:
    told = create(world, token).json()
    alive = ask(world, told).json()["access_token"]
    path = f"/api/oauth2/app/{told['client_id']}"
    world.send("PUT", path, token=token, json={"suspended": True})
    assert world.send("GET", "/api/users", token=alive).status_code == 401
    refused = ask(world, told)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")
    assert "suspended" in refused.json()["error_description"]
    world.send("PUT", path, token=token, json={"suspended": False})
    assert world.send("GET", "/api/users", token=alive).status_code == 200


def test_a_deleted_application_is_gone_with_its_tokens(world: World, token: str) -> None:
    told = create(world, token).json()
    alive = ask(world, told).json()["access_token"]
    path = f"/api/oauth2/app/{told['client_id']}"
    assert world.send("DELETE", path, token=token).status_code == 204
    assert world.send("GET", "/api/users", token=alive).status_code == 401
    assert ask(world, told).status_code == 401
    assert world.send("GET", path, token=token).status_code == 404


def test_tokens_are_listed_without_their_values_and_revoked_by_id(world: World, token: str) -> None:
    told = create(world, token).json()
    values = [ask(world, told).json()["access_token"] for _ in range(2)]
    listed = world.send("GET", f"/api/oauth2/app/{told['client_id']}/tokens", token=token)
    assert not any(value in listed.text for value in values)
    newest = listed.json()[0]["token"]
    assert world.send("DELETE", f"/api/oauth2/app/{newest}/revoke", token=token).status_code == 204
    assert [world.send("GET", "/api/users", token=value).status_code for value in values] == [200, 401]
    for number in ("0", "7", "x", "9" * 30):
        assert world.send("DELETE", f"/api/oauth2/app/{number}/revoke", token=token).status_code == 404


def test_a_token_s_value_in_a_path_has_leaked_and_is_ended(world: World, token: str) -> None:
    told = create(world, token).json()
    alive = ask(world, told).json()["access_token"]
    refused = world.send("DELETE", f"/api/oauth2/app/{alive}/revoke", token=token)
    assert (refused.status_code, refused.json()["code"]) == (422, "token_in_path")
    assert world.send("GET", "/api/users", token=alive).status_code == 401
    assert alive not in world.log.getvalue()
    assert world.send("DELETE", f"/api/oauth2/app/jt_at_1.{'x' * 49}/revoke", token=token).status_code == 422


def test_a_logo_is_made_anew_and_a_letter_stands_for_a_missing_one(world: World, token: str) -> None:
    told = create(world, token, logo=data_uri()).json()
    path = f"/api/oauth2/app/{told['client_id']}"
    icon = world.send("GET", f"{path}/icon")
    assert icon.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(icon.content)).size == (256, 256)
    assert world.send("PUT", path, token=token, json={"logo": None}).status_code == 200
    letter = world.send("GET", f"{path}/icon")
    assert (letter.status_code, letter.headers["content-type"]) == (200, "image/svg+xml")
    assert ">R<" in letter.text
    assert letter.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert world.send("GET", "/api/oauth2/app/unknown/icon").status_code == 404


@pytest.mark.parametrize(
    "logo",
    [
        "https://example.org/logo.png",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64,!!!",
        "data:image/png;base64," + "A" * 800_000,
        data_uri(90),
    ],
)
def test_a_logo_that_is_none_is_refused(world: World, token: str, logo: str) -> None:
    refused = create(world, token, logo=logo)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "logo"
    assert all(app["name"] != "Robot" for app in world.send("GET", "/api/oauth2/apps", token=token).json())


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"name": "ab"}, "name"),
        ({"name": "Ro\u202ebot"}, "name"),
        ({"type": 2}, "type"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["Users.Read"]}, "scopes"),
        ({"scopes": [1]}, "scopes"),
        ({"editor_url": "http://example.org"}, "editor_url"),
        ({"editor_url": "data:text/html,x"}, "editor_url"),
        ({"token_lifetime": 299}, "token_lifetime"),
        ({"token_lifetime": 86401}, "token_lifetime"),
        ({"public": True}, "public"),
        ({"type": 0, "editor": "Example"}, "callback_urls"),
        ({"type": 0, "callback_urls": ["https://example.org/x"]}, "editor"),
        ({"description": "x" * 281}, "description"),
        ({"logo_url": "http://127.0.0.1/"}, "logo_url"),
    ],
)
def test_a_registration_that_breaks_a_rule_says_which(
    world: World, token: str, members: dict[str, Any], field: str
) -> None:
    refused = create(world, token, **members)
    assert refused.status_code == 422
    assert field in {error["field"] for error in refused.json()["errors"]}


def test_names_that_look_alike_are_one(world: World, token: str) -> None:
    create(world, token, name="Archivage")
    assert create(world, token, name="ARCHIVÀGE").status_code == 422


def test_a_client_application_gets_no_token_for_itself(world: World) -> None:
    made = world.application(type=ApplicationType.CLIENT)
    told = {"client_id": made.application.client_id, "client_secret": made.client_secret}
    refused = ask(world, told)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")


def test_tokens_live_as_long_as_the_application_says(world: World, token: str) -> None:
    told = create(world, token, token_lifetime=300).json()
    answer = ask(world, told).json()
    assert answer["expires_in"] == 300
    world.pass_time(299)
    assert world.send("GET", "/api/users", token=answer["access_token"]).status_code == 200
    world.pass_time(1)
    assert world.send("GET", "/api/users", token=answer["access_token"]).status_code == 401


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example.org/oauth/callback",
        "https://portal.example.org",
        "https://portal.example.org:8443/a?b=c",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:53682/",
        "http://localhost:53682/",
        "http://[::1]:5000/x",
    ],
)
def test_callbacks_that_are_taken(url: str) -> None:
    assert callback_reason(url, is_public=False) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/x", "plain_http"),
        ("http://127.0.0.1.example.org/x", "plain_http"),
        ("http://localhost.example.org/", "plain_http"),
        ("https://example.org/x#y", "fragment"),
        ("https://*.example.org/", "wildcard"),
        ("https://user@example.org/", "userinfo"),
        ("https://example.org\\@evil.test/", "not_a_url"),
        ("https://example.org/a b", "not_a_url"),
        ("https://exämple.org/", "not_a_url"),
        ("https:///x", "not_a_url"),
        ("https:example.org", "not_a_url"),
        ("https://example.org:99999/", "not_a_url"),
        ("https://ex%61mple.org/", "not_a_url"),
        ("https://example.org/a/../b", "dots"),
        ("/callback", "not_a_url"),
        ("javascript:alert(1)", "private_scheme"),
        ("com.example.app:/callback", "private_scheme"),
        ("", "not_a_url"),
        ("https://example.org/" + "x" * 500, "not_a_url"),
        ("https://[::1/", "not_a_url"),
    ],
)
def test_callbacks_that_are_refused(url: str, reason: str) -> None:
    told = callback_reason(url, is_public=False)
    assert told is not None
    assert told[0] == reason


def test_private_schemes_are_for_public_applications_and_have_a_dot() -> None:
    assert callback_reason("com.example.app:/callback", is_public=True) is None
    told = callback_reason("myapp:/callback", is_public=True)
    assert told is not None
    assert told[0] == "scheme_without_dot"
