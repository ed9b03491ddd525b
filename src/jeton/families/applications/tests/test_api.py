"""Applications through the API."""

import io
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from PIL import Image

from jeton.kernel.scopes import ALL_SCOPES
from jeton.kit.mint import REFRESH_TOKEN, SystemMint, new_token
from jeton.testing.world import World

CALLBACK = "https://portal.example.org/oauth/callback"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("applications") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def chief(world: World) -> str:
    """Holds everything."""
    return world.token("all")


@pytest.fixture
def app(world: World, chief: str) -> Any:
    """A fresh application that holds files.readwrite, and its secret."""
    return create(world, chief)


_COUNT = iter(range(10**6))


def create(world: World, token: str, **members: Any) -> Any:
    good = {"name": f"Application of tests {next(_COUNT)}", "type": 1, "scopes": ["files.readwrite"]}
    answer = world.send("POST", "/api/oauth2/app", token=token, json=good | members)
    assert answer.status_code == 201, answer.text
    return answer.json()


def ask(world: World, app: Any, secret: str | None = None, **members: Any) -> httpx2.Response:
    """Ask for a token."""
    return world.send(
        "POST",
        "/oauth2/token",
        json={
            "grant_type": "client_credentials",
            "client_id": app["client_id"],
            "client_secret": secret or app["client_secret"],
            **members,
        },
    )


def token_of(world: World, app: Any) -> str:
    text: str = ask(world, app).json()["access_token"]
    return text


def picture(form: str = "PNG", size: tuple[int, int] = (200, 160)) -> str:
    made = io.BytesIO()
    Image.new("RGB", size, "#336699").save(made, form)
    return f"data:image/{form.lower()};base64,{b64encode(made.getvalue()).decode()}"


def test_the_secret_is_told_once_and_opens(world: World, chief: str) -> None:
    made = create(world, chief, name="  Night robot  ", description="Files at night", editor="Example")
    secret = made.pop("client_secret")
    assert secret.startswith("jt_cs_")
    assert made["name"] == "Night robot"
    assert (made["type"], made["scopes"], made["suspended"]) == (1, ["files.readwrite", "files.read"], False)
    assert ask(world, made, secret).status_code == 200
    path = f"/api/oauth2/app/{made['client_id']}"
    read = world.send("GET", path, token=chief)
    assert read.json() | {"last_use": None} == made
    listed = world.send("GET", "/api/oauth2/apps", token=chief)
    assert made["client_id"] in [one["client_id"] for one in listed.json()]
    changed = world.send("PUT", path, token=chief, json=read.json() | {"description": "Other"})
    assert changed.json()["description"] == "Other"
    for answer in (read, listed, changed):
        assert "client_secret" not in answer.text
        assert secret not in answer.text
    assert secret not in world.log.getvalue()


def test_reset_makes_a_new_secret_and_ends_the_old_one_at_once(world: World, chief: str, app: Any) -> None:
    alive = token_of(world, app)
    fresh = world.send("POST", f"/api/oauth2/app/{app['client_id']}/reset", token=chief)
    assert fresh.status_code == 200
    assert fresh.json()["client_secret"] != app["client_secret"]
    assert ask(world, fresh.json()).status_code == 200
    old = ask(world, app)
    assert (old.status_code, old.json()["error"]) == (401, "invalid_client")
    assert "is over" in old.json()["error_description"]
    assert world.send("GET", "/api/folders", token=alive).status_code == 200


def test_suspended_means_refused_everywhere_until_resumed(world: World, chief: str, app: Any) -> None:
    alive = token_of(world, app)
    path = f"/api/oauth2/app/{app['client_id']}"
    assert world.send("PUT", path, token=chief, json={"suspended": True}).json()["suspended"] is True
    assert world.send("GET", "/api/folders", token=alive).status_code == 401
    refused = ask(world, app)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")
    assert ask(world, app, "wrong").json()["error"] == "invalid_client"
    assert world.send("PUT", path, token=chief, json={"suspended": False}).json()["suspended"] is False
    assert world.send("GET", "/api/folders", token=alive).status_code == 200


def test_sc_15_narrowed_scopes_hold_for_tokens_that_are_out(world: World, chief: str, app: Any) -> None:
    alive = token_of(world, app)
    body = {"name": "x", "parent_id": 1}
    path = f"/api/oauth2/app/{app['client_id']}"
    assert world.send("PUT", path, token=chief, json={"scopes": ["files.read"]}).status_code == 200
    refused = world.send("POST", "/api/folder", token=alive, json=body)
    assert (refused.status_code, refused.json()["granted_scopes"]) == (403, ["files.read"])
    assert world.send("PUT", path, token=chief, json={"scopes": "files.readwrite users.read"}).status_code == 200
    assert world.send("GET", "/api/users", token=alive).status_code == 403  # a token never grows beyond its grant


def test_deleting_ends_its_tokens_and_secret(world: World, chief: str, app: Any) -> None:
    alive = token_of(world, app)
    path = f"/api/oauth2/app/{app['client_id']}"
    assert world.send("DELETE", path, token=chief).status_code == 204
    assert world.send("GET", "/api/folders", token=alive).status_code == 401
    assert ask(world, app).status_code == 401
    for method, tail in (
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/reset"),
        ("GET", "/icon"),
        ("GET", "/tokens"),
    ):
        json: dict[str, Any] | None = {} if method == "PUT" else None
        refused = world.send(method, path + tail, token=chief, json=json)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_application"), (method, tail)


def test_nobody_gives_what_they_do_not_hold(world: World, chief: str) -> None:
    token = world.token("admin.readwrite files.read")
    for scopes, lacking in (
        (["files.readwrite"], ["files.write"]),
        (["all"], list((ALL_SCOPES - ALL_SCOPES.parse("admin.readwrite files.read")).words())),
        (["files.read", "users.read"], ["users.read"]),
    ):
        refused = world.send(
            "POST", "/api/oauth2/app", token=token, json={"name": "Sly one", "type": 1, "scopes": scopes}
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "beyond_own_scopes")
        assert refused.json()["required_scopes"] == lacking
    mighty = create(world, chief, scopes=["users.readwrite"])
    humble = create(world, token, scopes=["files.read"])
    path = f"/api/oauth2/app/{mighty['client_id']}"
    assert world.send("POST", f"{path}/reset", token=token).status_code == 403
    assert world.send("PUT", path, token=token, json={"scopes": ["users.read"]}).status_code == 403
    assert world.send("PUT", path, token=token, json={"callback_urls": [CALLBACK]}).status_code == 403
    assert world.send("PUT", path, token=token, json={"scopes": ["files.read"]}).status_code == 200
    assert (
        world.send("PUT", f"/api/oauth2/app/{humble['client_id']}", token=token, json={"scopes": "all"}).status_code
        == 403
    )
    assert ask(world, mighty).json()["scope"] == "files.read"


@pytest.mark.parametrize(
    ("members", "field", "code"),
    [
        ({"name": "ab"}, "name", "bad_name"),
        ({"name": "a" * 61}, "name", "bad_name"),
        ({"name": "a\nbcd"}, "name", "bad_name"),
        ({"name": 7}, "name", "wrong_type"),
        ({"type": 2}, "type", "wrong_value"),
        ({"type": "Server"}, "type", "wrong_type"),
        ({"scopes": []}, "scopes", "missing"),
        ({"scopes": ["files.erase"]}, "scopes", "unknown_scope"),
        ({"scopes": [1]}, "scopes", "wrong_value"),
        ({"token_lifetime": 299}, "token_lifetime", "out_of_range"),
        ({"token_lifetime": 86_401}, "token_lifetime", "out_of_range"),
        ({"token_lifetime": 10**30}, "token_lifetime", "wrong_value"),
        ({"public": True}, "public", "public_server"),
        ({"type": 0, "editor": "Example"}, "callback_urls", "missing"),
        ({"type": 0, "callback_urls": [CALLBACK]}, "editor", "missing"),
        ({"editor_url": "http://example.org"}, "editor_url", "not_https"),
        ({"editor_url": "javascript:alert(1)"}, "editor_url", "not_https"),
        ({"description": "x" * 281}, "description", "too_long"),
        ({"callback_urls": ["http://example.org/cb"]}, "callback_urls", "plain_http"),
        ({"callback_urls": ["https://*.example.org/cb"]}, "callback_urls", "wildcard"),
        ({"callback_urls": ["https://example.org/cb#x"]}, "callback_urls", "fragment"),
        ({"callback_urls": ["https://a@example.org/cb"]}, "callback_urls", "userinfo"),
        ({"callback_urls": ["javascript:alert(1)"]}, "callback_urls", "private_scheme"),
        ({"callback_urls": ["com.example.app:/cb"]}, "callback_urls", "private_scheme"),
        ({"callback_urls": ["https://example.org/a/../b"]}, "callback_urls", "dots"),
        ({"callback_urls": [f"{CALLBACK}/{n}" for n in range(11)]}, "callback_urls", "too_many"),
        ({"logo": "https://example.org/logo.png"}, "logo", "picture_unreadable"),
        ({"logo": "data:image/png;base64,!!!"}, "logo", "picture_unreadable"),
        ({"logo": "data:image/png;base64,\u00e9"}, "logo", "picture_unreadable"),
        ({"logo": "data:image/png;base64," + "A" * 700_000}, "logo", "picture_unreadable"),
        ({"logo": "data:image/png;base64," + b64encode(b"no picture").decode()}, "logo", None),
        ({"logo": "data:image/svg+xml;base64," + b64encode(b"<svg/>").decode()}, "logo", None),
        ({"logo": picture("GIF")}, "logo", None),
        ({"logo": picture(size=(40, 40))}, "logo", None),
        ({"client_secret": "mine"}, "client_secret", "unknown_member"),
        ({"colour": "red"}, "colour", "unknown_member"),
    ],
)
def test_what_is_wrong_is_named(
    world: World, chief: str, members: dict[str, Any], field: str, code: str | None
) -> None:
    before = len(world.send("GET", "/api/oauth2/apps", token=chief).json())
    good = {"name": "A good name", "type": 1, "scopes": ["files.read"]}
    refused = world.send("POST", "/api/oauth2/app", token=chief, json=good | members)
    assert refused.status_code == 422, refused.text
    found = {(error["field"], error["code"]) for error in refused.json()["errors"]}
    assert {name for name, _ in found} == {field}
    assert code is None or found == {(field, code)}
    assert len(world.send("GET", "/api/oauth2/apps", token=chief).json()) == before


def test_a_name_stands_there_once(world: World, chief: str, app: Any) -> None:
    for name in (app["name"], app["name"].upper(), f" {app['name']} "):
        members = {"name": name, "type": 1, "scopes": ["files.read"]}
        refused = world.send("POST", "/api/oauth2/app", token=chief, json=members)
        assert refused.json()["errors"][0]["code"] == "name_taken"


def test_a_logo_is_made_anew_as_a_png(world: World, chief: str, app: Any) -> None:
    path = f"/api/oauth2/app/{app['client_id']}"
    tile = world.send("GET", f"{path}/icon")
    assert (tile.status_code, tile.headers["content-type"]) == (200, "image/svg+xml")
    for form in ("PNG", "JPEG", "WEBP"):
        assert world.send("PUT", path, token=chief, json={"logo": picture(form)}).status_code == 200
        icon = world.send("GET", f"{path}/icon")
        assert icon.headers["content-type"] == "image/png"
        assert icon.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in icon.headers["content-security-policy"]
        assert max(Image.open(io.BytesIO(icon.content)).size) <= 256
    assert world.send("PUT", path, token=chief, json={"logo": None}).status_code == 200
    assert world.send("GET", f"{path}/icon").headers["content-type"] == "image/svg+xml"


def test_a_name_never_becomes_markup_in_its_tile(world: World, chief: str) -> None:
    made = create(world, chief, name='<&">\u00e9t\u00e9')
    tile = world.send("GET", f"/api/oauth2/app/{made['client_id']}/icon").text
    assert "\u00c9" in tile
    assert "<&" not in tile


def test_tokens_are_listed_by_ids_that_revoke_and_never_by_their_values(world: World, chief: str, app: Any) -> None:
    first, second = token_of(world, app), token_of(world, app)
    path = f"/api/oauth2/app/{app['client_id']}/tokens"
    listed = world.send("GET", path, token=chief)
    assert first.partition(".")[2] not in listed.text
    ids = [one["token"] for one in listed.json()]
    assert ids == [text.removeprefix("jt_at_").partition(".")[0] for text in (second, first)]
    assert all(one["scope"] == "files.readwrite files.read" and one["user_id"] is None for one in listed.json())
    assert world.send("DELETE", f"/api/oauth2/app/{ids[1]}/revoke", token=chief).status_code == 204
    assert world.send("GET", "/api/folders", token=first).status_code == 401
    assert world.send("GET", "/api/folders", token=second).status_code == 200
    assert [one["token"] for one in world.send("GET", path, token=chief).json()] == ids[:1]


def test_a_token_in_the_path_is_refused_and_ended_since_it_leaked(world: World, chief: str, app: Any) -> None:
    leaked = token_of(world, app)
    refused = world.send("DELETE", f"/api/oauth2/app/{leaked}/revoke", token=chief)
    assert (refused.status_code, refused.json()["code"]) == (422, "token_in_path")
    assert leaked not in refused.text + world.log.getvalue()
    assert world.send("GET", "/api/folders", token=leaked).status_code == 401


def test_a_forged_token_in_the_path_ends_nothing(world: World, chief: str, app: Any) -> None:
    token = token_of(world, app)
    number = int(token.removeprefix("jt_at_").partition(".")[0])
    for forged in (
        new_token("jt_at_", SystemMint(), number),
        "jt_at_x",
        new_token(REFRESH_TOKEN, SystemMint(), number),
    ):
        assert world.send("DELETE", f"/api/oauth2/app/{forged}/revoke", token=chief).status_code == 422
    assert world.send("GET", "/api/folders", token=token).status_code == 200


@pytest.mark.parametrize("number", ["1", "0", "-1", "abc", "9" * 40, "%2f", "%00", "\u0661"])
def test_an_unknown_token_cannot_be_revoked(world: World, chief: str, number: str) -> None:
    refused = world.send("DELETE", f"/api/oauth2/app/{number}/revoke", token=chief)
    assert refused.status_code in {400, 404}
    assert refused.json()["code"] in {"no_such_token", "no_such_call", "malformed", "malformed_path"}, refused.text


def test_a_client_application_is_made_too_and_a_public_one_has_no_secret(world: World, chief: str) -> None:
    members = {"type": 0, "editor": "Example", "callback_urls": [CALLBACK, CALLBACK]}
    made = create(world, chief, **members)
    assert made["callback_urls"] == [CALLBACK]
    assert made["token_lifetime"] == 3600
    assert ask(world, made).json()["error"] == "unauthorized_client"
    public = create(world, chief, **members, public=True)
    assert "client_secret" not in public
    assert ask(world, public, "x").status_code == 401
    refused = world.send("POST", f"/api/oauth2/app/{public['client_id']}/reset", token=chief)
    assert (refused.status_code, refused.json()["code"]) == (409, "public_application")
