"""The OAuth2 endpoints over HTTP: bodies in every dress, and the answers' heads."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from jeton.families.applications.model import WithSecret
from jeton.testing.world import PUBLIC_URL, World

TOKEN = "/oauth2/token"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("endpoint") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def app(world: World) -> WithSecret:
    return world.application("files.readwrite users.read", name="Night robot")


def members(app: WithSecret, **changes: object) -> dict[str, Any]:
    """A good request; None leaves a member out."""
    good = {
        "client_id": app.application.client_id,
        "grant_type": "client_credentials",
        "client_secret": app.client_secret,
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def basic(app: WithSecret) -> dict[str, str]:
    text = f"{app.application.client_id}:{app.client_secret}"
    return {"Authorization": "Basic " + b64encode(text.encode()).decode()}


def is_good(answer: httpx2.Response, *, by_form: bool = False) -> bool:
    """Holds a good answer against the wire, its head included."""
    assert answer.status_code == 200, answer.text
    told = answer.json()
    middle = [] if by_form else ["refresh_token"]
    assert list(told) == ["access_token", "scope", *middle, "token_type", "expires_in"]
    assert told["access_token"].startswith("jt_at_")
    assert told.get("refresh_token") is None
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 86_400)
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["pragma"] == "no-cache"
    assert answer.headers["request-id"].startswith("req_")
    return True


def refused(answer: httpx2.Response, error: str, status: int = 400) -> bool:
    """Holds a refusal against RFC 6749 section 5.2."""
    told = answer.json()
    assert (answer.status_code, told["error"]) == (status, error), answer.text
    assert set(told) == {"error", "error_description"}
    assert all(" " <= sign <= "~" and sign not in '"\\' for sign in told["error_description"])
    assert "no-store" in answer.headers["cache-control"]
    return True


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", "text/html", "", "x/y; é"]
)
@pytest.mark.parametrize("dress", ["json", "form", "padded json"])
def test_the_body_decides_and_not_the_header(world: World, app: WithSecret, content_type: str, dress: str) -> None:
    body = urlencode(members(app)) if dress == "form" else json.dumps(members(app), indent=4)
    if dress == "padded json":
        body = f"\r\n\t {body} \n"
    headers = [(b"content-type", content_type.encode("latin-1"))] if content_type else []
    answer = world.send("POST", TOKEN, content=body, headers=headers)
    assert is_good(answer, by_form=dress == "form")
    assert answer.json()["scope"] == "files.readwrite files.read users.read"


def test_basic_with_a_form_with_json_and_with_the_same_client_id(world: World, app: WithSecret) -> None:
    bare = {"grant_type": "client_credentials", "scope": "files.read"}
    dressed: list[dict[str, Any]] = [
        {"data": bare},
        {"json": bare},
        {"data": bare | {"client_id": app.application.client_id}},
    ]
    for options in dressed:
        answer = world.send("POST", TOKEN, headers=basic(app), **options)
        assert is_good(answer, by_form="data" in options)
        assert answer.json()["scope"] == "files.read"


def test_ca_02_credentials_sent_twice_are_refused(world: World, app: WithSecret) -> None:
    assert refused(world.send("POST", TOKEN, headers=basic(app), json=members(app)), "invalid_request")
    twice = [*basic(app).items(), *basic(app).items()]
    assert refused(
        world.send("POST", TOKEN, headers=twice, data={"grant_type": "client_credentials"}), "invalid_request"
    )


@pytest.mark.parametrize("member", ["client_id", "client_secret", "grant_type", "token", "access_token", "code"])
def test_what_belongs_in_the_body_is_refused_in_the_query(world: World, app: WithSecret, member: str) -> None:
    for path in (TOKEN, "/oauth2/revoke", "/oauth2/introspect"):
        answer = world.send("POST", f"{path}?{member}=SENTINEL", json=members(app, token="x"))
        assert refused(answer, "invalid_request")
        assert member in answer.json()["error_description"]
        assert "query" in answer.json()["error_description"]
        assert "SENTINEL" not in answer.text + world.log.getvalue()
    assert is_good(world.send("POST", f"{TOKEN}?utm_source=x", json=members(app)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{}",
        b"[]",
        b"null",
        b"client_id",
        b"%",
        b"a=%ff",
        b"a=%00",
        b"\xff\xfe",
        b"grant_type=client_credentials&grant_type=client_credentials",
        b'{"grant_type": "client_credentials", "grant_type": "client_credentials"}',
        b'{"grant_type": NaN}',
        b'{"grant_type": "\\ud800"}',
        b'{"grant_type": "\\u0000"}',
        b'{"grant_type": "client_credentials", "x": ' + b"[" * 5000,
        b'{"grant_type": ["client_credentials"]}',
        b'{"grant_type": 1}',
        b'{"grant_type": null}',
        b"<grant_type>client_credentials</grant_type>",
        b"&" * 2000,
        b"a=1&" * 2000,
    ],
)
def test_a_body_that_cannot_be_read_is_an_invalid_request(world: World, body: bytes) -> None:
    assert refused(world.send("POST", TOKEN, content=body), "invalid_request")


def test_a_body_is_bounded(world: World, app: WithSecret) -> None:
    fits = members(app, padding="x" * 65_000)
    assert is_good(world.send("POST", TOKEN, json=fits))
    assert refused(world.send("POST", TOKEN, json=members(app, padding="x" * 66_000)), "invalid_request", 413)
    zipped = world.send("POST", TOKEN, json=members(app), headers={"Content-Encoding": "gzip"})
    assert refused(zipped, "invalid_request", 415)


def test_wrong_credentials_are_answered_with_the_scheme_that_was_tried(world: World, app: WithSecret) -> None:
    in_body = world.send("POST", TOKEN, json=members(app, client_secret="wrong"))
    assert refused(in_body, "invalid_client", 401)
    assert "www-authenticate" not in in_body.headers
    by_basic = world.send(
        "POST", TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": "Basic eDp5"}
    )
    assert refused(by_basic, "invalid_client", 401)
    assert by_basic.headers["www-authenticate"].startswith("Basic realm=")
    for header in ("Basic \u00e9", "Basic", "Bearer x", "Basic " + "A" * 9000):
        sent = [(b"authorization", header.encode("latin-1"))]
        answer = world.send("POST", TOKEN, data={"grant_type": "client_credentials"}, headers=sent)
        assert refused(answer, "invalid_client", 401), header


@pytest.mark.parametrize("path", [TOKEN, "/oauth2/revoke", "/oauth2/introspect"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_405_and_say_which_one(world: World, path: str, method: str) -> None:
    answer = world.send(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert method != "HEAD" or answer.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
    ],
)
def test_the_metadata_is_public_and_true(world: World, app: WithSecret, path: str) -> None:
    told = world.send("GET", path)
    assert told.status_code == 200
    assert told.headers["access-control-allow-origin"] == "*"
    document = told.json()
    assert PUBLIC_URL in (document.get("issuer"), document.get("resource"))
    assert len(document["scopes_supported"]) == 30
    for name, url in document.items():
        if name == "authorization_endpoint":
            assert world.send("GET", url.removeprefix(PUBLIC_URL)).status_code == 400  # a page, for browsers
        elif name.endswith("_endpoint"):
            answer = world.send("POST", url.removeprefix(PUBLIC_URL), json=members(app, token="x"))
            # Two of them are for applications of the other type.
            refused = answer.json().get("error") if answer.content else None
            assert refused in {None, "unauthorized_client", "invalid_request"}, name
    assert world.send("HEAD", path).content == b""
    assert world.send("POST", path).status_code == 405


def test_a_secret_or_token_never_stands_in_the_log(world: World, app: WithSecret) -> None:
    token = world.send("POST", TOKEN, json=members(app)).json()["access_token"]
    world.send("POST", TOKEN, json=members(app, client_secret="a wrong secret"))
    world.send("POST", "/oauth2/introspect", json=members(app, token=token))
    log = world.log.getvalue()
    for text in (app.client_secret, token, token.partition(".")[2], "a wrong secret"):
        assert text is not None
        assert text not in log


def test_a_token_lives_from_grant_to_revocation(world: World, app: WithSecret) -> None:
    token = world.send("POST", TOKEN, json=members(app)).json()["access_token"]

    def introspected() -> Any:
        answer = world.send("POST", "/oauth2/introspect", headers=basic(app), data={"token": token})
        assert answer.status_code == 200
        assert "no-store" in answer.headers["cache-control"]
        return answer.json()

    told = introspected()
    assert (told["active"], told["client_id"], told["iss"]) == (True, app.application.client_id, PUBLIC_URL)
    assert world.send("GET", "/api/users", token=token).status_code == 200
    other = world.application("files.read")
    foreign = world.send("POST", "/oauth2/introspect", headers=basic(other), data={"token": token})
    assert foreign.json() == {"active": False}
    assert refused(world.send("POST", "/oauth2/revoke", headers=basic(other), data={"token": token}), "invalid_grant")
    for _ in range(2):
        ended = world.send("POST", "/oauth2/revoke", headers=basic(app), data={"token": token})
        assert (ended.status_code, ended.content) == (200, b"")
        assert introspected() == {"active": False}
        assert world.send("GET", "/api/users", token=token).status_code == 401
    assert refused(world.send("POST", "/oauth2/revoke", data={"token": token}), "invalid_client", 401)


def test_using_an_application_is_seen_and_nothing_else_is_kept_of_a_refusal(world: World) -> None:
    fresh = world.application("files.read")
    path = f"/api/oauth2/app/{fresh.application.client_id}"
    chief = world.token("all")
    world.send("POST", TOKEN, json=members(fresh, client_secret="wrong"))
    assert world.send("GET", path, token=chief).json()["last_use"] is None
    assert is_good(world.send("POST", TOKEN, json=members(fresh)))
    assert world.until(lambda: world.send("GET", path, token=chief).json()["last_use"] is not None)
    assert len(world.send("GET", f"{path}/tokens", token=chief).json()) == 1
