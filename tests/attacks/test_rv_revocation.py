"""RV: revocation, introspection, metadata. Each application speaks of its own tokens, and of nobody else's."""

import json
from typing import Any

import pytest

from jeton.families.applications import service
from jeton.families.applications.model import RevokeTokens
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import ClientId
from jeton.testing.browsing import Visitor
from jeton.testing.tokens import altered
from jeton.testing.world import PUBLIC_URL, World
from tests.attacks.cast import App, code_for, exchange, is_live, refresh, refused, tokens_for

ELSEWHERE = "evil.test"
KINDS = ("access_token", "refresh_token")


def revoke(world: World, app: App, token: str, **more: str) -> Any:
    return world.send("POST", "/oauth2/revoke", data={**app.proof, "token": token, **more})


def introspect(world: World, app: App, token: str, **more: str) -> Any:
    return world.send("POST", "/oauth2/introspect", data={**app.proof, "token": token, **more})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
def test_rv_01_a_stranger_revokes_nothing(
    world: World, alice: Visitor, web: App, spa: App, evil: App, kind: str, hint: str
) -> None:
    tokens = tokens_for(alice, web)
    for stranger in (evil, spa):
        assert refused(revoke(world, stranger, tokens[kind], token_type_hint=hint), "invalid_grant")
    assert is_live(world, tokens["access_token"])
    assert refresh(world, web, tokens["refresh_token"]).status_code == 200


def test_rv_02_a_refresh_token_takes_all_along_and_an_access_token_goes_alone(
    world: World, alice: Visitor, web: App
) -> None:
    tokens = tokens_for(alice, web)
    second = refresh(world, web, tokens["refresh_token"]).json()["access_token"]
    assert revoke(world, web, tokens["access_token"]).status_code == 200
    assert not is_live(world, tokens["access_token"])
    assert is_live(world, second)
    third = refresh(world, web, tokens["refresh_token"]).json()["access_token"]
    assert revoke(world, web, tokens["refresh_token"]).status_code == 200
    assert not is_live(world, second)
    assert not is_live(world, third)
    assert refused(refresh(world, web, tokens["refresh_token"]), "invalid_grant")
    assert revoke(world, web, tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("is_for_all", [True, False])
def test_rv_02_what_was_allowed_and_not_fetched_ends_with_what_was_given_before(
    world: World, alice: Visitor, web: App, *, is_for_all: bool
) -> None:
    code = code_for(alice, web)
    person = world.read(lambda work: work.people.find_by_identifier("alice"))
    assert person is not None
    command = RevokeTokens(client_id=ClientId(web.client_id), user=None if is_for_all else person.id)
    world.write(lambda work: service.revoke(work, OPERATOR, command))
    assert refused(exchange(world, web, code), "invalid_grant")


@pytest.mark.parametrize("kind", KINDS)
def test_rv_04_of_another_application_s_token_nothing_is_told(
    world: World, alice: Visitor, web: App, evil: App, script: App, kind: str
) -> None:
    token = tokens_for(alice, web)[kind]
    assert introspect(world, web, token).json()["active"] is True
    for stranger in (evil, script):
        for hint in ("", *KINDS):
            answer = introspect(world, stranger, token, token_type_hint=hint)
            assert (answer.status_code, answer.content) == (200, b'{"active":false}')
    assert introspect(world, web, altered(token)).content == b'{"active":false}'


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-Host"])
@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
        "/openapi.json",
    ],
)
def test_rv_06_another_host_in_the_request_changes_no_document(world: World, header: str, path: str) -> None:
    value = f"host={ELSEWHERE};proto=http" if header == "Forwarded" else ELSEWHERE
    answer = world.send("GET", path, headers={header: value, "X-Forwarded-Proto": "gopher"})
    assert answer.content == world.send("GET", path).content
    assert ELSEWHERE not in answer.text
    assert PUBLIC_URL in json.dumps(answer.json())


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_rv_06_another_host_in_the_request_changes_no_link(world: World, web: App, header: str) -> None:
    asked = {**web.proof, "scope": "account.read"}
    begun = world.send("POST", "/oauth2/device_authorization", data=asked, headers={header: ELSEWHERE})
    assert begun.json()["verification_uri_complete"].startswith(f"{PUBLIC_URL}/device?")
    challenge = world.send("GET", "/api/account", headers={header: ELSEWHERE}).headers["www-authenticate"]
    assert ELSEWHERE not in challenge
    page = world.send("GET", "/login", headers={header: ELSEWHERE})
    assert ELSEWHERE not in page.text + str(page.headers)
