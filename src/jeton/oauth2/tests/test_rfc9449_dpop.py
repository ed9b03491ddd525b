"""RFC 9449: a token that is bound to a key is of no use without it."""

from typing import Any

import pytest

from jeton.kit.clock import SECOND
from jeton.oauth2.clients import Terms
from jeton.oauth2.dpop import NONCE_LIVES, Proof, Target, judge
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import ISSUER, NOW, PORTAL, SECRET, ClockNonces, Core, client, exchange, portal, request
from jeton.oauth2.tests.test_rfc6749_s4_1_authorization_code import PKCE, VERIFIER
from jeton.oauth2.tests.test_rfc8628_device import begun, decide
from jeton.testing.client_keys import Keys

KEYS, OTHERS = Keys(), Keys()
TOKEN = f"{ISSUER}/oauth2/token"


@pytest.fixture
def core() -> Core:
    return Core(client(), portal())


def told(answer: TokenAnswer | Refusal) -> TokenAnswer:
    assert isinstance(answer, TokenAnswer), answer
    return answer


def error(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.error


def proof(core: Core, keys: Keys = KEYS, **changed: Any) -> tuple[str]:
    core.now += SECOND  # another identifier each time
    return (keys.proof(TOKEN, core.now, **changed),)


def test_a_token_asked_with_a_proof_is_bound_to_its_key(core: Core) -> None:
    answer = told(core.ask(request(), None, proof(core)))
    assert answer.token_type == "DPoP"
    (record,) = core.store.tokens.values()
    assert record.binding.jkt == KEYS.jkt
    seen = core.server.introspect(request(token=answer.access_token), None, core.store, core.now)
    assert isinstance(seen, dict)
    assert (seen["token_type"], seen["cnf"]) == ("DPoP", {"jkt": KEYS.jkt})
    assert told(core.ask(request())).token_type == "Bearer"


@pytest.mark.parametrize("kind", ["RSA", "OKP"])
def test_keys_of_each_kind_prove(core: Core, kind: str) -> None:
    assert told(core.ask(request(), None, proof(core, Keys(kind)))).token_type == "DPoP"


def test_a_proof_holds_once(core: Core) -> None:
    shown = proof(core)
    told(core.ask(request(), None, shown))
    assert error(core.server.token(request(), None, core.store, core.now, shown)[0]) == "invalid_dpop_proof"


@pytest.mark.parametrize(
    "changed",
    [
        {"htm": "GET"}, {"htm": None}, {"htu": f"{ISSUER}/oauth2/revoke"}, {"htu": None}, {"htu": "http://[bad"},
        {"htu": "http://docs.example.org/oauth2/token"}, {"htu": "https://docs.example.org:444/oauth2/token"},
        {"iat": None}, {"iat": "now"}, {"iat": True}, {"iat": NOW // SECOND - 400}, {"iat": NOW // SECOND + 400},
        {"jti": None}, {"jti": "short"}, {"jti": "j" * 257}, {"jti": 12345678},
        {"header": {"typ": "jwt"}}, {"header": {"jwk": None}}, {"header": {"jwk": "key"}},
        {"header": {"jwk": OTHERS.public}}, {"header": {"jwk": KEYS.private}}, {"header": {"jwk": {"kty": "oct"}}},
    ],
)  # fmt: skip
def test_a_proof_of_another_request_or_key_does_not_hold(core: Core, changed: dict[str, Any]) -> None:
    assert error(core.ask(request(), None, proof(core, **changed))) == "invalid_dpop_proof"


@pytest.mark.parametrize("url", [f"{TOKEN}?a=b", f"{TOKEN}#c", "HTTPS://DOCS.example.org:443/oauth2/token"])
def test_the_same_address_written_otherwise_is_the_same(core: Core, url: str) -> None:
    assert told(core.ask(request(), None, proof(core, htu=url)))


def test_a_proof_made_ahead_does_not_hold(core: Core) -> None:
    for nonce in (None, "mine", 3, f"at-{NOW - NONCE_LIVES}", f"at-{NOW + 60 * SECOND}"):
        assert error(core.ask(request(), None, proof(core, nonce=nonce))) == "use_dpop_nonce"
    assert core.server.nonce(core.now) == f"at-{core.now}"


def test_two_proofs_or_none_that_can_be_read(core: Core) -> None:
    (one,) = proof(core)
    assert error(core.ask(request(), None, (one, one))) == "invalid_dpop_proof"
    for text in ("", "x", "a.b.c", "é.é.é"):
        assert error(core.ask(request(), None, (text,))) == "invalid_dpop_proof"


def test_an_application_that_must_prove_is_not_served_otherwise() -> None:
    core = Core(client(terms=Terms(needs_dpop=True)))
    assert error(core.ask(request())) == "invalid_dpop_proof"
    assert told(core.ask(request(), None, proof(core))).token_type == "DPoP"


def test_a_code_asked_for_a_key_is_exchanged_with_it_alone(core: Core) -> None:
    code = core.code(dpop_jkt=KEYS.jkt)
    assert error(core.ask(exchange(code), None, proof(core, OTHERS))) == "invalid_grant"
    code = core.code(dpop_jkt=KEYS.jkt)
    assert error(core.ask(exchange(code))) == "invalid_grant"
    code = core.code(dpop_jkt=KEYS.jkt)
    assert told(core.ask(exchange(code), None, proof(core))).token_type == "DPoP"


def test_the_refresh_token_of_a_public_client_is_bound_too() -> None:
    core = Core(portal(is_public=True, secrets=()))
    asked = exchange(core.code(**PKCE), code_verifier=VERIFIER, client_secret=None)
    token = told(core.ask(asked, None, proof(core))).refresh_token
    again: dict[str, object] = {"grant_type": "refresh_token", "refresh_token": token, "client_id": PORTAL}
    assert error(core.ask(again)) == "invalid_grant"
    assert error(core.ask(again, None, proof(core, OTHERS))) == "invalid_grant"
    answer = told(core.ask(again, None, proof(core)))
    assert answer.token_type == "DPoP"
    assert error(core.ask({**again, "refresh_token": answer.refresh_token})) == "invalid_grant"


def test_that_of_a_confidential_client_is_bound_to_its_secret(core: Core) -> None:
    token = told(core.ask(exchange(core.code()), None, proof(core))).refresh_token
    again: dict[str, object] = {"grant_type": "refresh_token", "refresh_token": token, "client_id": PORTAL}
    answer = told(core.ask({**again, "client_secret": SECRET}, None, proof(core, OTHERS)))
    assert answer.token_type == "DPoP"


def test_a_device_is_bound_by_its_poll(core: Core) -> None:
    answer = begun(core)
    (number,) = core.store.devices
    core.store.devices[number] = core.store.devices[number]._replace(
        binding=core.store.devices[number].binding._replace(jkt=KEYS.jkt)
    )
    decide(core, answer)
    polled = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": answer.device_code,
        "client_id": PORTAL, "client_secret": SECRET,
    }  # fmt: skip
    assert error(core.ask(polled, None, proof(core, OTHERS))) == "invalid_grant"
    assert told(core.ask(polled, None, proof(core))).token_type == "DPoP"


def test_on_the_api_the_proof_names_the_token() -> None:
    target = Target("GET", f"{ISSUER}/api/files")
    good = KEYS.proof(target.url, NOW, htm="GET", token="the token")
    assert isinstance(judge((good,), target, NOW, ClockNonces(), token="the token"), Proof)
    for text in (KEYS.proof(target.url, NOW, htm="GET"), KEYS.proof(target.url, NOW, htm="GET", ath=3), good):
        assert isinstance(judge((text,), target, NOW, ClockNonces(), token="another"), Refusal)
