"""The metadata is held against the platform: each value that it lists works, each that it does not list is refused.

Source: RFC 8414 section 2; RFC 9728; security.md W-21.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jeton.families.applications.model import WithSecret
from jeton.kernel.applications import USUAL
from jeton.testing.browsing import Visitor
from jeton.testing.client_keys import Keys
from jeton.testing.consenting import address, decide, exchange, portal_of, refresh
from jeton.testing.world import PUBLIC_URL, World

DOCUMENT = "/.well-known/oauth-authorization-server"
RESOURCE = "/.well-known/oauth-protected-resource"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CODE, REFRESH, OWN = "authorization_code", "refresh_token", "client_credentials"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
KEYS = {"ES256": Keys("EC"), "PS256": Keys("RSA"), "Ed25519": Keys("OKP"), "EdDSA": Keys("OKP")}
ASKED_BY = ("token", "revocation", "introspection")
CHECKED = {
    "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "device_authorization_endpoint",
    "pushed_authorization_request_endpoint", "revocation_endpoint", "introspection_endpoint", "service_documentation",
    "grant_types_supported", "response_types_supported", "response_modes_supported", "scopes_supported",
    "code_challenge_methods_supported", "authorization_response_iss_parameter_supported",
    "require_pushed_authorization_requests", "request_parameter_supported", "dpop_signing_alg_values_supported",
    "protected_resources",
    *(f"{name}_endpoint_auth_methods_supported" for name in ASKED_BY),
    *(f"{name}_endpoint_auth_signing_alg_values_supported" for name in ASKED_BY),
}  # fmt: skip
"""The members that the tests below look at: there is no other."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def ada(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    visitor.log_in()
    yield visitor
    visitor.close()


@pytest.fixture
def told(world: World) -> dict[str, Any]:
    document: dict[str, Any] = world.send("GET", DOCUMENT).json()
    return document


def ask(world: World, path: str = "/oauth2/token", **form: Any) -> Any:
    return world.send("POST", path, data=form)


def members(app: WithSecret) -> dict[str, str]:
    return {"client_id": app.application.client_id, "client_secret": app.client_secret or ""}


def signer(world: World, keys: Keys) -> WithSecret:
    return world.application("users.read", name=f"Signer {keys.jkt}", metadata=USUAL._replace(jwks=keys.jwks))


def assertion(world: World, app: WithSecret, keys: Keys, **changed: Any) -> dict[str, str]:
    world.pass_time(1)  # another jti
    made = keys.assertion(app.application.client_id, PUBLIC_URL, world.now, **changed)
    return {"client_assertion_type": ASSERTION, "client_assertion": made}


def relabelled(made: dict[str, str], alg: str) -> dict[str, str]:
    """The same assertion, calling itself signed in another way."""
    header = b64encode(json.dumps({"alg": alg, "kid": "one"}).encode()).decode().rstrip("=")
    return {**made, "client_assertion": f"{header}.{made['client_assertion'].partition('.')[2]}"}


def test_w_21_the_document_has_one_text_at_both_paths_and_no_member_that_nobody_checks(
    world: World, told: dict[str, Any]
) -> None:
    assert world.send("GET", "/.well-known/openid-configuration").json() == told
    assert set(told) == CHECKED
    assert told["issuer"] == PUBLIC_URL


def test_w_21_every_address_answers_and_those_that_are_not_told_do_not(world: World, told: dict[str, Any]) -> None:
    for name, value in told.items():
        if name.endswith("_endpoint") or name in {"jwks_uri", "service_documentation"}:
            assert value.startswith(f"{PUBLIC_URL}/")
            method = "GET" if name in {"jwks_uri", "service_documentation", "authorization_endpoint"} else "POST"
            assert world.send(method, urlsplit(value).path).status_code in {200, 400, 401}, name
    for path in ("register", "userinfo", "logout", "end_session", "bc-authorize", "check_session", "par/", "jwks.json"):
        assert world.send("POST", f"/oauth2/{path}").status_code == 404, path


def test_w_21_grants_are_those_that_are_told(world: World, told: dict[str, Any], ada: Visitor) -> None:
    portal = portal_of(world)
    ada.get(address(portal, scope="account.read"))
    first = exchange(world, portal, decide(ada, "allow")["code"])
    begun = ask(world, "/oauth2/device_authorization", **members(portal)).json()
    given = {
        CODE: first.status_code,
        REFRESH: refresh(world, portal, first.json()["refresh_token"]).status_code,
        OWN: ask(world, grant_type=OWN, **members(world.application())).status_code,
    }
    waits = ask(world, grant_type=DEVICE, device_code=begun["device_code"], **members(portal))
    assert (given, waits.json()["error"]) == (dict.fromkeys((CODE, REFRESH, OWN), 200), "authorization_pending")
    assert set(told["grant_types_supported"]) == {*given, DEVICE}
    for grant in (
        "password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:openid:params:grant-type:ciba",
        "urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:saml2-bearer",
    ):  # fmt: skip
        refused = ask(world, grant_type=grant, username="ada", password="p", assertion="a", **members(portal))
        assert refused.json()["error"] == "unsupported_grant_type", grant


@pytest.mark.parametrize("endpoint", ASKED_BY)
def test_w_21_clients_prove_themselves_in_the_ways_that_are_told(
    world: World, told: dict[str, Any], endpoint: str
) -> None:
    app, keyed = world.application(), signer(world, KEYS["ES256"])
    path = urlsplit(told[f"{endpoint}_endpoint"]).path
    asked = {"grant_type": OWN} if endpoint == "token" else {"token": "nothing"}
    basic = b64encode(f"{app.application.client_id}:{app.client_secret}".encode()).decode()
    public = {"name": "Pocket", "type": 0, "public": True, "scopes": ["account.read"], "editor": "Example"}
    made = world.send(
        "POST", "/api/oauth2/app", token=world.token(), json={**public, "callback_urls": ["http://127.0.0.1/"]}
    ).json()
    by_name = {"client_id": made["client_id"]}
    answers = {
        "client_secret_basic": world.send("POST", path, data=asked, headers={"Authorization": f"Basic {basic}"}),
        "client_secret_post": ask(world, path, **asked, **members(app)),
        "private_key_jwt": ask(world, path, **asked, **assertion(world, keyed, KEYS["ES256"])),
        "none": ask(world, path, **asked, **by_name),
    }
    errors = {method: answer.json().get("error") for method, answer in answers.items() if answer.content}
    refused = {method for method, error in errors.items() if error == "invalid_client"}
    assert set(answers) - refused == set(told[f"{endpoint}_endpoint_auth_methods_supported"])
    for form in (
        {"client_id": app.application.client_id},  # tls_client_auth shows nothing else
        relabelled(assertion(world, keyed, KEYS["ES256"]), "HS256"),  # client_secret_jwt
        {**assertion(world, keyed, KEYS["PS256"])},
    ):
        assert ask(world, path, **asked, **form).json()["error"] == "invalid_client"


def test_w_21_assertions_are_signed_as_is_told_and_not_otherwise(world: World, told: dict[str, Any]) -> None:
    lists = [told[f"{name}_endpoint_auth_signing_alg_values_supported"] for name in ASKED_BY]
    assert lists[0] == lists[1] == lists[2] == told["dpop_signing_alg_values_supported"]
    for alg in lists[0]:
        keys = KEYS[alg]
        app = signer(world, keys)
        keys.alg = alg
        given = ask(world, grant_type=OWN, **assertion(world, app, keys))
        assert given.status_code == 200, (alg, given.text)
        for other in ("none", "HS256", "RS256", "ES384", "ES512"):
            made = relabelled(assertion(world, app, keys), other)
            assert ask(world, grant_type=OWN, **made).json()["error"] == "invalid_client", (alg, other)


def test_w_21_proofs_are_signed_as_is_told_and_not_otherwise(world: World, told: dict[str, Any]) -> None:
    app = world.application()
    refused = world.send("POST", "/oauth2/token", data={"grant_type": "x"}, headers={"DPoP": "x"})
    nonce = refused.headers["dpop-nonce"]

    def proved(keys: Keys, alg: str) -> Any:
        world.pass_time(1)
        proof = keys.proof(f"{PUBLIC_URL}/oauth2/token", world.now, nonce=nonce, header={"alg": alg})
        return ask_with(world, app, proof)

    for alg in told["dpop_signing_alg_values_supported"]:
        assert proved(KEYS[alg], alg).json()["token_type"] == "DPoP", alg
    for keys, alg in ((Keys("RSA"), "RS256"), (Keys("P-384"), "ES384")):
        assert proved(keys, alg).json()["error"] == "invalid_dpop_proof", alg


def ask_with(world: World, app: WithSecret, proof: str) -> Any:
    return world.send("POST", "/oauth2/token", data={"grant_type": OWN, **members(app)}, headers={"DPoP": proof})


@pytest.mark.parametrize(
    ("member", "parameter", "others"),
    [
        ("response_types_supported", "response_type", ["token", "id_token", "code id_token", "none"]),
        ("response_modes_supported", "response_mode", ["fragment", "form_post", "query.jwt", "jwt"]),
        ("code_challenge_methods_supported", "code_challenge_method", ["plain", "s256", "S512"]),
    ],
)
def test_w_21_authorization_requests_are_taken_as_is_told_and_not_otherwise(
    world: World, told: dict[str, Any], ada: Visitor, member: str, parameter: str, others: list[str]
) -> None:
    portal = portal_of(world)
    challenge = {"code_challenge": "c" * 43, "code_challenge_method": "S256"}
    for value in told[member]:
        assert ada.get(address(portal, **{**challenge, parameter: value})).status_code == 200, value
    for value in others:
        assert value not in told[member]
        back = ada.get(address(portal, **{**challenge, parameter: value}))
        brought = parse_qs(urlsplit(back.headers["location"]).query)
        assert brought["error"][0] in {"unsupported_response_type", "invalid_request"}, value
        assert brought["iss"] == [told["issuer"]]
    assert told["authorization_response_iss_parameter_supported"] is True


def test_w_21_no_request_need_be_pushed_and_none_may_be_an_object(
    world: World, told: dict[str, Any], ada: Visitor
) -> None:
    portal = portal_of(world)
    assert (told["require_pushed_authorization_requests"], told["request_parameter_supported"]) == (False, False)
    assert ada.get(address(portal)).status_code == 200
    assert "error=request_not_supported" in ada.get(address(portal, request="e30.e30.")).headers["location"]


def test_w_21_scopes_are_those_that_are_told(world: World, told: dict[str, Any]) -> None:
    app = world.application()
    for word in told["scopes_supported"]:
        assert word in ask(world, grant_type=OWN, scope=word, **members(app)).json()["scope"].split(), word
    for word in ("openid", "profile", "offline_access", "files", "files.delete", "FILES.read"):
        assert ask(world, grant_type=OWN, scope=word, **members(app)).json()["error"] == "invalid_scope", word


def test_w_21_the_resource_is_where_a_refused_call_says_and_takes_tokens_as_it_tells(
    world: World, told: dict[str, Any]
) -> None:
    refused = world.send("GET", "/api/users")
    assert f'resource_metadata="{PUBLIC_URL}{RESOURCE}"' in refused.headers["www-authenticate"]
    resource = world.send("GET", RESOURCE).json()
    assert told["protected_resources"] == [resource["resource"]]
    assert resource["authorization_servers"] == [told["issuer"]]
    assert resource["scopes_supported"] == told["scopes_supported"]
    assert resource["dpop_signing_alg_values_supported"] == told["dpop_signing_alg_values_supported"]
    token = world.token("users.read")
    assert (resource["bearer_methods_supported"], resource["dpop_bound_access_tokens_required"]) == (["header"], False)
    assert world.send("GET", "/api/users", token=token).status_code == 200
    assert world.send("GET", f"/api/users?access_token={token}").status_code == 401
    assert world.send("POST", "/api/user", data={"access_token": token}).status_code == 401
