"""Tokens that are bound to a key, on the API: of no use without the key, whoever holds them (RFC 9449 section 7)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.families.applications.model import WithSecret
from jeton.testing.client_keys import Keys
from jeton.testing.world import PUBLIC_URL, World

KEYS = Keys()
PATH = "/api/oauth2/apps"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def app(world: World) -> WithSecret:
    return world.application("admin.readwrite")


def members(app: WithSecret) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": app.application.client_id,
        "client_secret": app.client_secret or "",
    }


def nonce_of(world: World) -> str:
    """What the server hands out to who proves with none."""
    refused = world.send("POST", "/oauth2/token", data={"grant_type": "x"}, headers={"DPoP": "x"})
    return str(refused.headers["dpop-nonce"])


def proof(world: World, path: str, **claims: Any) -> str:
    return KEYS.proof(f"{PUBLIC_URL}{path}", world.clock(), **{"nonce": nonce_of(world), **claims})


def bound_token(world: World, app: WithSecret) -> str:
    answer = world.send(
        "POST", "/oauth2/token", data=members(app), headers={"DPoP": proof(world, "/oauth2/token", jti="asking for it")}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "DPoP"
    return str(answer.json()["access_token"])


def call(world: World, token: str, shown: str | None, *, scheme: str = "DPoP", method: str = "GET") -> Any:
    headers = {"Authorization": f"{scheme} {token}"} | ({} if shown is None else {"DPoP": shown})
    return world.send(method, PATH, headers=headers)


def test_a_bound_token_opens_with_a_proof_of_its_key(world: World, app: WithSecret) -> None:
    token = bound_token(world, app)
    answer = call(world, token, proof(world, PATH, htm="GET", token=token))
    assert answer.status_code == 200
    assert answer.headers["dpop-nonce"]
    another = {"Authorization": f"DPoP {token}", "DPoP": proof(world, PATH, htm="GET", token=token, jti="another one")}
    with_query = world.send("GET", f"{PATH}?a=b", headers=another)
    assert with_query.status_code == 200


def test_a_proof_holds_for_one_call(world: World, app: WithSecret) -> None:
    token = bound_token(world, app)
    shown = proof(world, PATH, htm="GET", token=token)
    assert call(world, token, shown).status_code == 200
    again = call(world, token, shown)
    assert (again.status_code, again.json()["code"]) == (401, "invalid_dpop_proof")
    assert 'DPoP algs="ES256' in again.headers["www-authenticate"]
    assert 'error="invalid_dpop_proof"' in again.headers["www-authenticate"]


def test_without_the_key_it_opens_nothing(world: World, app: WithSecret) -> None:
    token = bound_token(world, app)
    plain = call(world, token, None, scheme="Bearer")
    assert (plain.status_code, plain.json()["code"]) == (401, "proof_needed")
    assert plain.headers["www-authenticate"].startswith("DPoP ")
    assert world.send("GET", PATH, headers={"Token": token}).status_code == 401
    assert call(world, token, None).json()["code"] == "proof_missing"
    other = Keys().proof(f"{PUBLIC_URL}{PATH}", world.clock(), htm="GET", token=token, nonce=nonce_of(world))
    assert call(world, token, other).json()["code"] == "invalid_token"


def test_however_a_bound_token_is_shown_amiss_the_challenge_is_that_of_proofs(world: World, app: WithSecret) -> None:
    token = bound_token(world, app)
    other = Keys().proof(f"{PUBLIC_URL}{PATH}", world.clock(), htm="GET", token=token, nonce=nonce_of(world))
    own = proof(world, PATH, htm="GET", token=token)
    amiss = [
        call(world, token, other),
        call(world, token, other, scheme="Bearer"),
        call(world, token, own, scheme="Bearer"),
        call(world, token, None, scheme="Bearer"),
        world.send("GET", PATH, headers={"Token": token}),
    ]
    for answer in amiss:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith('DPoP algs="ES256')
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    plain = world.send("POST", "/oauth2/token", data=members(app)).json()["access_token"]
    unbound = call(world, plain, proof(world, PATH, htm="GET", token=plain, jti="for a plain one"))
    assert unbound.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(
    "claims",
    [{"htm": "POST"}, {"htu": f"{PUBLIC_URL}/api/other"}, {"token": "another"}, {"token": None}, {"iat": 5}],
)
def test_a_proof_of_another_call_does_not_hold(world: World, app: WithSecret, claims: dict[str, Any]) -> None:
    token = bound_token(world, app)
    answer = call(world, token, proof(world, PATH, **{"htm": "GET", "token": token, **claims}))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_dpop_proof")


def test_a_nonce_is_demanded_handed_out_and_over_after_two_minutes(world: World, app: WithSecret) -> None:
    token = bound_token(world, app)
    old = nonce_of(world)
    for nonce in (None, "mine", "n" * 300):
        refused = call(world, token, proof(world, PATH, htm="GET", token=token, nonce=nonce))
        assert (refused.status_code, refused.json()["code"]) == (401, "use_dpop_nonce")
        assert 'error="use_dpop_nonce"' in refused.headers["www-authenticate"]
        given = refused.headers["dpop-nonce"]
        retried = proof(world, PATH, htm="GET", token=token, nonce=given, jti=f"retry after {nonce}"[:30])
        assert call(world, token, retried).status_code == 200
    world.pass_time(200)
    late = proof(world, PATH, htm="GET", token=token, nonce=old, jti="too late now")
    assert call(world, token, late).json()["code"] == "use_dpop_nonce"


def test_a_token_that_is_bound_to_no_key_is_no_dpop_token(world: World, app: WithSecret) -> None:
    token = world.send("POST", "/oauth2/token", data=members(app)).json()["access_token"]
    answer = call(world, token, proof(world, PATH, htm="GET", token=token))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_two_proofs_are_one_too_many(world: World, app: WithSecret) -> None:
    token = bound_token(world, app)
    shown = proof(world, PATH, htm="GET", token=token)
    headers = [("Authorization", f"DPoP {token}"), ("DPoP", shown), ("DPoP", shown)]
    assert world.send("GET", PATH, headers=headers).status_code == 400
    assert world.send("POST", "/oauth2/token", data=members(app), headers=headers[1:]).status_code == 400


def test_turning_proofs_on_ends_the_tokens_that_are_out(world: World, app: WithSecret) -> None:
    token = world.send("POST", "/oauth2/token", data=members(app)).json()["access_token"]
    path = f"/api/oauth2/app/{app.application.client_id}"
    changed = world.send("PUT", path, token=token, json={"dpop_bound_access_tokens": True})
    assert changed.json()["dpop_bound_access_tokens"] is True
    assert world.send("GET", path, token=token).status_code == 401
    assert world.send("POST", "/oauth2/token", data=members(app)).json()["error"] == "invalid_dpop_proof"
    assert bound_token(world, app)
