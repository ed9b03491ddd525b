"""RFC 7523: a client proves itself by signing, each time anew, and for this server alone."""

import json
from typing import Any

import pytest

from jeton.kit.clock import SECOND
from jeton.oauth2.assertions import TYPE
from jeton.oauth2.clients import Terms
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.jws import Unsound, claims_of, headers_of, read_keys, verified
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import ISSUER, NOW, OTHER, ROBOT, SECRET, Core, client, request
from jeton.testing.client_keys import Keys

KEYS = Keys()
STRANGER = Keys()


@pytest.fixture
def core() -> Core:
    return Core(client(secrets=(), terms=Terms(jwks=KEYS.jwks)), client(OTHER))


def by(assertion: object, **changed: object) -> dict[str, object]:
    shown = {"client_id": None, "client_secret": None, "client_assertion_type": TYPE, "client_assertion": assertion}
    return request(**{**shown, **changed})


def error(answer: TokenAnswer | Refusal) -> tuple[str, int]:
    assert isinstance(answer, Refusal), answer
    return answer.error, answer.status


@pytest.mark.parametrize("kind", ["EC", "RSA", "OKP"])
def test_whoever_holds_the_key_is_the_client(kind: str) -> None:
    keys = Keys(kind)
    core = Core(client(secrets=(), terms=Terms(jwks=keys.jwks)))
    assert isinstance(core.ask(by(keys.assertion(ROBOT, ISSUER, NOW))), TokenAnswer)
    assert isinstance(core.ask(by(keys.assertion(ROBOT, ISSUER, NOW, jti="another one"), client_id=ROBOT)), TokenAnswer)


def test_an_assertion_holds_once_at_any_endpoint(core: Core) -> None:
    assertion = KEYS.assertion(ROBOT, ISSUER, NOW)
    token = core.ask(by(assertion))
    assert isinstance(token, TokenAnswer)
    answer, _ = core.server.token(by(assertion), None, core.store, core.now)
    assert error(answer) == ("invalid_client", 401)
    question = by(assertion, grant_type=None, token=token.access_token)
    assert isinstance(core.server.introspect(question, None, core.store, core.now), Refusal)
    assert isinstance(core.server.revoke(question, None, core.store, core.now), Refusal)
    fresh = by(KEYS.assertion(ROBOT, ISSUER, NOW, jti="another one"), grant_type=None, token=token.access_token)
    told = core.server.introspect(fresh, None, core.store, core.now)
    assert isinstance(told, dict)
    assert told["active"]


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": f"{ISSUER}/oauth2/token"}, {"aud": [ISSUER]}, {"aud": None}, {"iss": "somebody"}, {"sub": OTHER},
        {"exp": None}, {"exp": NOW // SECOND}, {"exp": NOW // SECOND + 601}, {"exp": "soon"}, {"exp": 1e300},
        {"exp": -1}, {"jti": None}, {"jti": "short"}, {"jti": 12345678}, {"jti": "j" * 257},
        {"nbf": NOW // SECOND + 61}, {"nbf": "never"},
    ],
)  # fmt: skip
def test_an_assertion_for_another_place_or_time_does_not_hold(core: Core, changed: dict[str, Any]) -> None:
    assert error(core.ask(by(KEYS.assertion(ROBOT, ISSUER, NOW, **changed)))) == ("invalid_client", 401)


def test_a_clock_that_is_a_little_ahead_is_forgiven(core: Core) -> None:
    assert isinstance(core.ask(by(KEYS.assertion(ROBOT, ISSUER, NOW, nbf=NOW // SECOND + 59))), TokenAnswer)


def test_a_strangers_key_opens_nothing_and_neither_does_its_name(core: Core) -> None:
    assert error(core.ask(by(STRANGER.assertion(ROBOT, ISSUER, NOW)))) == ("invalid_client", 401)
    claims = claims_of(KEYS.assertion(ROBOT, ISSUER, NOW))
    unknown = KEYS.sign({"kid": "two"}, claims)
    assert error(core.ask(by(unknown))) == ("invalid_client", 401)
    its_own = STRANGER.sign({"jwk": STRANGER.public}, claims)
    assert error(core.ask(by(its_own))) == ("invalid_client", 401)
    without = KEYS.sign({}, claims)
    assert isinstance(core.ask(by(without)), TokenAnswer)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "é.b.c", "x" * 5000, "e30.e30.", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_assertion_is_refused(core: Core, text: str) -> None:
    answer = core.ask(by(text))
    assert isinstance(answer, Refusal)
    assert answer.error in {"invalid_client", "invalid_request"}


def test_algorithms_are_pinned(core: Core) -> None:
    claims = claims_of(KEYS.assertion(ROBOT, ISSUER, NOW))
    rsa = Keys("RSA")
    core.store.clients[ROBOT] = client(secrets=(), terms=Terms(jwks=rsa.jwks))
    assert error(core.ask(by(rsa.sign({"alg": "RS256"}, claims)))) == ("invalid_client", 401)
    assert isinstance(core.ask(by(rsa.sign({}, claims))), TokenAnswer)


def test_a_secret_is_no_proof_for_who_has_keys_and_keys_none_for_who_has_a_secret(core: Core) -> None:
    assert error(core.ask(request(client_secret=SECRET))) == ("invalid_client", 401)
    assert error(core.ask(by(KEYS.assertion(OTHER, ISSUER, NOW)))) == ("invalid_client", 401)
    assert error(core.ask(by(KEYS.assertion("nobody", ISSUER, NOW)))) == ("invalid_client", 401)
    suspended = client(secrets=(), is_suspended=True, terms=Terms(jwks=KEYS.jwks))
    core.store.clients[ROBOT] = suspended
    assert error(core.ask(by(KEYS.assertion(ROBOT, ISSUER, NOW)))) == ("unauthorized_client", 400)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_secret": SECRET}, "invalid_request"),
        ({"client_assertion_type": "urn:other"}, "invalid_request"),
        ({"client_assertion_type": 3}, "invalid_request"),
        ({"client_assertion_type": None}, "invalid_request"),
        ({"client_assertion": None}, "invalid_request"),
        ({"client_id": OTHER}, "invalid_client"),
    ],
)
def test_one_proof_and_a_whole_one(core: Core, changed: dict[str, object], code: str) -> None:
    assert error(core.ask(by(KEYS.assertion(ROBOT, ISSUER, NOW), **changed)))[0] == code


def test_a_secret_by_basic_beside_an_assertion_is_one_too_many(core: Core) -> None:
    answer = core.ask(by(KEYS.assertion(ROBOT, ISSUER, NOW)), "Basic cm9ib3Q6c2VjcmV0")
    assert error(answer)[0] == "invalid_request"


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", '{"keys": []}', '{"keys": 3}', '{"keys": ["x"]}', '{"keys": [{}]}', "[" * 3000,
        '{"keys": [{"kty": "oct", "k": "AAAA"}]}', '{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}',
        json.dumps({"keys": [KEYS.private]}), json.dumps({"keys": [{"kty": "RSA", "e": "AQAB", "n": "9" * 171}]}),
        json.dumps({"keys": [Keys("P-384").public]}), json.dumps({"keys": [KEYS.public] * 11}),
    ],
)  # fmt: skip
def test_keys_that_are_private_weak_or_none_are_not_registered(text: str) -> None:
    with pytest.raises(Unsound):
        read_keys(text)


def test_what_a_text_says_is_not_believed_before_it_is_verified() -> None:
    assertion = KEYS.assertion(ROBOT, ISSUER, NOW)
    assert verified(assertion, KEYS.public).claims["sub"] == ROBOT
    head, payload, signature = assertion.split(".")
    for broken in (f"{head}.{payload}x.{signature}", f"{head}.{payload}.{signature[:-4]}AAAA", f"{head}.{payload}."):
        with pytest.raises(Unsound):
            verified(broken, KEYS.public)
    for words in ("3", "[]", '"text"'):
        with pytest.raises(Unsound):
            verified(KEYS.sign({}, json.loads(words)), KEYS.public)
    with pytest.raises(Unsound):
        headers_of(f"{head}.{payload}")
    for unreadable in ("!!!", "W10", "bm8", "WzE"):
        with pytest.raises(Unsound):
            claims_of(f"{head}.{unreadable}.{signature}")


def test_an_extension_that_must_be_understood_is_not() -> None:
    with pytest.raises(Unsound):
        verified(KEYS.sign({"crit": ["exp"], "exp": 1}, {}), KEYS.public)
