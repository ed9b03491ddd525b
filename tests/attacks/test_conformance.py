"""Ideas of the OpenID Foundation's conformance suite, one test each, in its words: codes, callbacks, refresh, PAR.

Its warnings count as failures here: what a reused code gave is revoked, and a request_uri is used up.
"""

from typing import Any
from urllib.parse import urlencode

import pytest

from jeton.kernel.applications import USUAL
from jeton.testing.browsing import Visitor
from jeton.testing.client_keys import Keys
from jeton.testing.tokens import CHALLENGE, VERIFIER
from jeton.testing.world import PUBLIC_URL, World
from tests.attacks.cast import (
    App,
    allow,
    ask,
    code_for,
    exchange,
    is_live,
    is_told_on_a_page,
    post,
    refresh,
    refused,
    register,
    request_of,
    tokens_for,
    told,
    went_to,
)

PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def test_happy_flow(world: World, alice: Visitor, web: App) -> None:
    code = code_for(alice, web, **PKCE)
    tokens = exchange(world, web, code, code_verifier=VERIFIER).json()
    assert tokens["token_type"] == "Bearer"
    assert is_live(world, tokens["access_token"])
    assert is_live(world, refresh(world, web, tokens["refresh_token"]).json()["access_token"])


def test_discovery_verification(world: World) -> None:
    told_here = world.send("GET", "/.well-known/oauth-authorization-server").json()
    assert told_here["issuer"] == PUBLIC_URL
    for name, url in told_here.items():
        if name.endswith("_endpoint"):
            assert url.startswith(f"{PUBLIC_URL}/")
            assert "?" not in url
    assert told_here["response_types_supported"] == ["code"]
    assert told_here["code_challenge_methods_supported"] == ["S256"]
    assert told_here["authorization_response_iss_parameter_supported"] is True
    assert world.send("GET", "/.well-known/openid-configuration").json() == told_here


def test_user_rejects(alice: Visitor, web: App) -> None:
    ask(alice, web, prompt="consent")
    answer = allow(alice, "deny")
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "a state", PUBLIC_URL)


def test_other_scope_order_succeeds(world: World, alice: Visitor, web: App) -> None:
    scopes = [
        exchange(world, web, code_for(alice, web, scope=asked)).json()["scope"]
        for asked in ("files.read account.read", "account.read files.read")
    ]
    assert scopes[0] == scopes[1] == "account.read files.read"


def test_long_state(alice: Visitor, web: App) -> None:
    state = "s" * 1000
    ask(alice, web, prompt="consent", state=state)
    assert allow(alice)["state"] == state


def test_without_state_succeeds(alice: Visitor, web: App) -> None:
    ask(alice, web, prompt="consent", state=None)
    answer = allow(alice)
    assert "code" in answer
    assert "state" not in answer


def test_registered_redirect_uri(alice: Visitor, web: App) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri="https://app.example/unregistered"))


def test_redirect_uri_required_when_several(world: World, alice: Visitor) -> None:
    several = register(world, "https://app.example/a", "https://app.example/b")
    assert is_told_on_a_page(ask(alice, several, redirect_uri=None))


def test_redirect_uri_query_ok(world: World, alice: Visitor) -> None:
    app = register(world, "https://app.example/cb?a=1&b=2")
    ask(alice, app)
    page = alice.post("/oauth2/authorize", {"decision": "allow"})
    assert went_to(page).startswith("https://app.example/cb?a=1&b=2&code=")


def test_redirect_uri_query_added(alice: Visitor, web: App) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri="https://app.example/cb?dummy1=lorem&dummy2=ipsum"))


def test_redirect_uri_query_mismatch(world: World, alice: Visitor) -> None:
    app = register(world, "https://app.example/cb?dummy1=lorem")
    assert is_told_on_a_page(ask(alice, app, redirect_uri="https://app.example/cb?dummy1=ipsum"))
    assert is_told_on_a_page(ask(alice, app, redirect_uri="https://app.example/cb"))


def test_redirect_uri_fragment_refused(alice: Visitor, web: App) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri="https://app.example/cb#fragment"))


@pytest.mark.parametrize(
    ("response_type", "error"),
    [
        (None, "invalid_request"),
        ("", "invalid_request"),
        ("token", "unsupported_response_type"),
        ("id_token", "unsupported_response_type"),
        ("code id_token", "unsupported_response_type"),
        ("code token", "unsupported_response_type"),
        ("CODE", "unsupported_response_type"),
    ],
    ids=["missing", "empty", "token", "id-token", "code-id-token", "code-token", "capitals"],
)
def test_response_type(alice: Visitor, web: App, response_type: str | None, error: str) -> None:
    answer = told(ask(alice, web, response_type=response_type))
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "a state", PUBLIC_URL)


@pytest.mark.parametrize("mode", ["fragment", "form_post", "web_message", "jwt", "query.jwt"])
def test_response_mode(alice: Visitor, web: App, mode: str) -> None:
    assert told(ask(alice, web, response_mode=mode))["error"] == "invalid_request"
    ask(alice, web, response_mode="query", prompt="consent")
    assert "code" in allow(alice)


def test_unknown_parameter_succeeds(alice: Visitor, web: App) -> None:
    ask(alice, web, prompt="consent", extra="foobar", foo="1")
    assert "code" in allow(alice)


def test_post_authorization_request(alice: Visitor, web: App) -> None:
    """RFC 6749 section 3.1 leaves POST free: ours takes none from elsewhere, where it would be a forged consent."""
    answer = alice.post("/oauth2/authorize", {**request_of(web), "csrf": ""})
    assert answer.status_code == 403
    assert "code=" not in answer.text


@pytest.mark.parametrize("seconds", [0, 1, 30], ids=["immediately", "after 1 s", "after 30 s"])
def test_code_reuse(world: World, alice: Visitor, web: App, seconds: int) -> None:
    code = code_for(alice, web)
    tokens = exchange(world, web, code).json()
    world.pass_time(seconds)
    assert refused(exchange(world, web, code), "invalid_grant")
    assert not is_live(world, tokens["access_token"])
    assert refused(refresh(world, web, tokens["refresh_token"]), "invalid_grant")


def test_expired_code(world: World, alice: Visitor, web: App) -> None:
    code = code_for(alice, web)
    world.pass_time(60)
    assert refused(exchange(world, web, code), "invalid_grant")


def test_code_bound_to_client(world: World, alice: Visitor, web: App, evil: App) -> None:
    code = code_for(alice, web)
    assert refused(exchange(world, evil, code, redirect_uri=web.callback), "invalid_grant")


def test_refresh_token_character_set(world: World, alice: Visitor, web: App) -> None:
    token = tokens_for(alice, web)["refresh_token"]
    assert all(" " < sign <= "~" for sign in token)
    for odd in ("\x7f", "é", "a b", "\t", token + "\n", "%00"):
        assert refused(refresh(world, web, odd), "invalid_grant")


def test_refresh_token_bound_to_client(world: World, alice: Visitor, web: App, evil: App) -> None:
    assert refused(refresh(world, evil, tokens_for(alice, web)["refresh_token"]), "invalid_grant")


def test_refresh_token_without_client_authentication(world: World, alice: Visitor, web: App) -> None:
    token = tokens_for(alice, web)["refresh_token"]
    assert refused(refresh(world, web, token, client_secret=None), "invalid_client", 401)
    assert refused(refresh(world, web, token, client_secret=None, client_id=None), "invalid_client", 401)
    assert refresh(world, web, token).status_code == 200


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
def test_token_type_header_case(world: World, alice: Visitor, web: App, scheme: str) -> None:
    token = tokens_for(alice, web)["access_token"]
    assert world.send("GET", "/api/account", headers={"Authorization": f"{scheme} {token}"}).status_code == 200


def push(world: World, app: App, **form: str | None) -> Any:
    good = {**request_of(app), **app.proof, **form}
    return world.send("POST", "/oauth2/par", data={name: value for name, value in good.items() if value is not None})


def by_reference(visitor: Visitor, app: App, pushed: Any, **more: str) -> Any:
    assert pushed.status_code == 201, pushed.text
    asked = {"client_id": app.client_id, "request_uri": pushed.json()["request_uri"], **more}
    return visitor.get(f"/oauth2/authorize?{urlencode(asked)}")


@pytest.fixture
def strict(world: World) -> App:
    """One that must push, and send PKCE."""
    return register(world, metadata=USUAL._replace(needs_par=True, needs_pkce=True))


def test_par_happy_flow(world: World, alice: Visitor, strict: App) -> None:
    assert by_reference(alice, strict, push(world, strict, **PKCE)).status_code == 200
    code = allow(alice)["code"]
    assert exchange(world, strict, code, code_verifier=VERIFIER).status_code == 200
    assert told(ask(alice, strict, **PKCE))["error"] == "invalid_request"


def test_par_pkce_required(world: World, strict: App) -> None:
    assert refused(push(world, strict), "invalid_request")


def test_par_plain_pkce_refused(world: World, strict: App) -> None:
    assert refused(push(world, strict, code_challenge=VERIFIER, code_challenge_method="plain"), "invalid_request")


@pytest.mark.parametrize("verifier", [None, "w" * 43], ids=["missing", "wrong"])
def test_par_verifier_required(world: World, alice: Visitor, strict: App, verifier: str | None) -> None:
    by_reference(alice, strict, push(world, strict, **PKCE))
    answer = allow(alice) if alice.page.status_code == 200 else told(alice.page)
    assert refused(exchange(world, strict, answer["code"], code_verifier=verifier), "invalid_grant")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_par_wrong_verb(world: World, method: str) -> None:
    answer = world.send(method, "/oauth2/par")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_par_request_uri_inside_the_push(world: World, strict: App) -> None:
    reference = push(world, strict, **PKCE).json()["request_uri"]
    for inside in (reference, "urn:ietf:params:oauth:request_uri:x", "https://evil.test/"):
        assert refused(push(world, strict, **PKCE, request_uri=inside), "invalid_request")


def test_par_reuse(world: World, alice: Visitor, strict: App) -> None:
    pushed = push(world, strict, **PKCE)
    by_reference(alice, strict, pushed)
    assert "code" in allow(alice)
    assert is_told_on_a_page(by_reference(alice, strict, pushed))


def test_par_expiry(world: World, alice: Visitor, strict: App) -> None:
    pushed = push(world, strict, **PKCE)
    world.pass_time(91)
    assert is_told_on_a_page(by_reference(alice, strict, pushed))


def test_par_reload_before_completion_accepted(world: World, alice: Visitor, strict: App) -> None:
    pushed = push(world, strict, **PKCE)
    for _ in range(3):
        assert by_reference(alice, strict, pushed).status_code == 200
    assert "code" in allow(alice)


def test_par_only_client_id_and_request_uri(world: World, alice: Visitor, strict: App) -> None:
    pushed = push(world, strict, **PKCE, scope="account.read", state="pushed")
    by_reference(alice, strict, pushed, scope="all", state="changed", redirect_uri="https://evil.test/")
    answer = allow(alice)
    assert answer["state"] == "pushed"
    assert exchange(world, strict, answer["code"], code_verifier=VERIFIER).json()["scope"] == "account.read"


def test_par_bound_to_client(world: World, alice: Visitor, strict: App, web: App) -> None:
    pushed = push(world, strict, **PKCE)
    assert is_told_on_a_page(by_reference(alice, web, pushed))


@pytest.mark.parametrize(
    "audience",
    [f"{PUBLIC_URL}/oauth2/par", f"{PUBLIC_URL}/oauth2/token", [PUBLIC_URL], [PUBLIC_URL, "x"], "https://evil.test"],
    ids=["par endpoint", "token endpoint", "array", "array of two", "another server"],
)
def test_par_audience_is_the_issuer_alone(world: World, audience: Any) -> None:
    keys = Keys()
    app = register(world, metadata=USUAL._replace(jwks=keys.jwks))
    form = {"client_assertion_type": ASSERTION, "client_secret": None}
    wrong = keys.assertion(app.client_id, PUBLIC_URL, world.clock(), aud=audience)
    assert refused(push(world, app, **form, client_assertion=wrong), "invalid_client", 401)
    right = keys.assertion(app.client_id, PUBLIC_URL, world.clock(), jti="another jti")
    assert push(world, app, **form, client_assertion=right).status_code == 201


def test_authorization_details(world: World, alice: Visitor, web: App) -> None:
    """ASVS 10.4.15: what a browser brings could have been changed, and no type of them is known here."""
    details = '[{"type": "payment"}]'
    assert told(ask(alice, web, authorization_details=details))["error"] == "invalid_request"
    assert refused(push(world, web, authorization_details=details), "invalid_authorization_details")
    answer = exchange(world, web, "jt_co_1.x", authorization_details=details)
    assert refused(answer, "invalid_authorization_details")
    inside = {"grant_type": "client_credentials", **web.proof, "authorization_details": [{"type": "payment"}]}
    assert refused(world.send("POST", "/oauth2/token", json=inside), "invalid_authorization_details")


def test_no_openid_scope_implicit_or_password_grant(world: World, alice: Visitor, web: App, script: App) -> None:
    """ASVS 10.5.1 to 10.5.5 and 10.4.4: there is no OpenID provider or client here, and no grant by password."""
    document = world.send("GET", "/.well-known/openid-configuration").json()
    assert "openid" not in document["scopes_supported"]
    for absent in ("id_token_signing_alg_values_supported", "userinfo_endpoint", "registration_endpoint"):
        assert absent not in document
    assert told(ask(alice, web, scope="openid"))["error"] == "invalid_scope"
    for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange"):
        assert refused(post(world, script, grant_type=grant, username="a", password="b"), "unsupported_grant_type")
    assert world.send("POST", "/oauth2/register", json={"redirect_uris": []}).status_code == 404
    assert refused(post(world, web, grant_type="client_credentials"), "unauthorized_client")
    assert told(ask(alice, script, redirect_uri=None)).get("code") is None
