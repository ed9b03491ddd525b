"""Browser-based applications read the token endpoint's answers; no other page does."""

from collections.abc import Iterator
from typing import Any

import pytest

from jeton.families.applications.model import WithSecret
from jeton.kernel.callbacks import is_of_origin
from jeton.testing.tokens import client_application
from jeton.testing.world import World

TOKEN = "/oauth2/token"
OURS, EVIL = "https://portal.example.org", "https://evil.test"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("browsers") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def pocket(world: World) -> WithSecret:
    return world.write(lambda work: client_application(work, is_public=True))


def readers(world: World, method: str, path: str, origin: str, **options: Any) -> str | None:
    answer = world.send(method, path, headers={"Origin": origin}, **options)
    assert "access-control-allow-credentials" not in answer.headers
    if path in {TOKEN, "/oauth2/revoke"}:
        assert answer.headers["vary"] == "Origin"
    return answer.headers.get("access-control-allow-origin")


def test_co_15_a_registered_origin_of_a_public_application_may_ask_and_read(world: World, pocket: WithSecret) -> None:
    asked = world.send("OPTIONS", TOKEN, headers={"Origin": OURS, "Access-Control-Request-Method": "POST"})
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-origin"] == OURS
    assert asked.headers["access-control-allow-methods"] == "POST"
    form = {"grant_type": "authorization_code", "client_id": pocket.application.client_id, "code": "x"}
    assert readers(world, "POST", TOKEN, OURS, data=form) == OURS  # a refusal too
    assert readers(world, "POST", "/oauth2/revoke", OURS, data={**form, "token": "x"}) == OURS


def test_co_15_nobody_else_may(world: World, pocket: WithSecret) -> None:
    confidential = world.write(client_application)
    form = {"grant_type": "authorization_code", "client_id": pocket.application.client_id, "code": "x"}
    for origin in (EVIL, "null", "https://portal.example.org.evil.test", "http://portal.example.org", f"{OURS}:8443"):
        assert readers(world, "OPTIONS", TOKEN, origin) is None, origin
        assert readers(world, "POST", TOKEN, origin, data=form) is None, origin
    secret = {**form, "client_id": confidential.application.client_id, "client_secret": "x"}
    assert readers(world, "POST", TOKEN, OURS, data=secret) is None
    assert readers(world, "POST", TOKEN, OURS, data={"code": "x"}) is None
    for path in ("/oauth2/introspect", "/oauth2/par", "/oauth2/device_authorization"):
        assert readers(world, "POST", path, OURS, data=form) is None
        assert world.send("OPTIONS", path, headers={"Origin": OURS}).status_code == 405


def test_a_suspended_application_s_origin_reads_nothing(world: World, pocket: WithSecret) -> None:
    client_id = pocket.application.client_id
    chief = world.token("all")
    world.send("PUT", f"/api/oauth2/app/{client_id}", token=chief, json={"suspended": True})
    assert readers(world, "OPTIONS", TOKEN, OURS) is None
    world.send("PUT", f"/api/oauth2/app/{client_id}", token=chief, json={"suspended": False})
    assert readers(world, "OPTIONS", TOKEN, OURS) == OURS


@pytest.mark.parametrize(
    ("url", "origin", "holds"),
    [
        ("https://a.example/cb?x=1", "https://a.example", True),
        ("https://A.example/cb", "https://a.example", True),
        ("https://a.example:8443/cb", "https://a.example:8443", True),
        ("https://a.example/cb", "https://a.example:8443", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5173", True),
        ("http://127.0.0.1:1/cb", "http://127.0.0.1:5173", True),
        ("http://127.0.0.1/cb", "http://localhost:5173", False),
        ("com.example.app:/cb", "null", False),
        ("https://a.example", "https://a.example", True),
    ],
)
def test_an_origin_is_compared_whole_and_the_port_is_free_on_loopback(url: str, origin: str, holds: bool) -> None:
    assert is_of_origin(url, origin) is holds
