"""RFC 8707 and RFC 9068: signed tokens for outside resource servers, which verify them by our published keys."""

from typing import Any

import pytest
from joserfc import jwk, jwt

from jeton.kit.clock import DAY, SECOND
from jeton.oauth2.clients import Terms
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.jws import headers_of
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.signing import ANNOUNCED, KEPT, SIGNS, KeyState, PublicKey, next_due, over, states
from jeton.oauth2.tests.memory import ISSUER, NOW, PORTAL, ROBOT, Core, client, exchange, portal, request
from jeton.testing.client_keys import Keys

MAPS, OTHER = "https://maps.example.org", "https://other.example.org/api"
TERMS = Terms(resources=(MAPS, OTHER))


@pytest.fixture
def core() -> Core:
    core = Core(client(terms=TERMS), portal(terms=TERMS))
    core.store.add_key()
    return core


def told(answer: TokenAnswer | Refusal) -> TokenAnswer:
    assert isinstance(answer, TokenAnswer), answer
    return answer


def error(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.error


def read(core: Core, token: str) -> jwt.Token:
    """What an outside resource server reads, by our published keys alone."""
    published: Any = core.server.jwks(core.store, core.now)
    return jwt.decode(token, jwk.KeySet.import_key_set(published), algorithms=["ES256"])


def test_a_token_for_the_outside_is_signed_and_says_what_it_is(core: Core) -> None:
    answer = told(core.ask(request(resource=MAPS, scope="files.read")))
    token = read(core, answer.access_token)
    assert token.header["typ"] == "at+jwt"
    assert token.claims == {
        "iss": ISSUER, "sub": ROBOT, "aud": MAPS, "client_id": ROBOT, "iat": NOW // SECOND,
        "exp": NOW // SECOND + 86_400, "jti": str(next(iter(core.store.tokens))), "scope": "files.read",
    }  # fmt: skip


def test_a_bound_one_says_to_which_key(core: Core) -> None:
    keys = Keys()
    answer = told(core.ask(request(resource=MAPS), None, (keys.proof(f"{ISSUER}/oauth2/token", NOW),)))
    assert read(core, answer.access_token).claims["cnf"] == {"jkt": keys.jkt}


def test_here_it_can_be_looked_at_and_revoked_like_any_other(core: Core) -> None:
    token = told(core.ask(request(resource=MAPS))).access_token
    seen = core.server.introspect(request(token=token), None, core.store, core.now)
    assert isinstance(seen, dict)
    assert seen["aud"] == MAPS
    assert core.server.revoke(request(token=token), None, core.store, core.now) is None
    assert core.server.introspect(request(token=token), None, core.store, core.now) == {"active": False}


@pytest.mark.parametrize("claims", [{}, {"jti": 5}, {"jti": "é"}, {"jti": "9" * 30}, {"jti": "9" * 19}, {"jti": "5"}])
def test_a_signed_text_that_is_none_of_ours_is_unknown(core: Core, claims: dict[str, object]) -> None:
    forged = Keys().sign({}, claims)
    assert core.server.introspect(request(token=forged), None, core.store, core.now) == {"active": False}
    assert core.server.introspect(request(token="eyJ"), None, core.store, core.now) == {"active": False}


@pytest.mark.parametrize("resource", [None, ISSUER, f"{ISSUER}/", f"{ISSUER}/api"])
def test_this_platform_may_be_named_and_gives_an_opaque_token(core: Core, resource: str | None) -> None:
    assert told(core.ask(request(resource=resource))).access_token.startswith("jt_at_")


def test_what_is_not_registered_may_not_be_named(core: Core) -> None:
    assert error(core.ask(request(resource="https://elsewhere.example"))) == "invalid_target"
    back = core.server.authorize([("client_id", PORTAL), ("response_type", "code"),
                                  ("resource", "https://elsewhere.example")], core.store, core.now)  # fmt: skip
    assert "invalid_target" in str(back)


def test_a_person_allows_it_for_one_place(core: Core) -> None:
    first = told(core.ask(exchange(core.code(resource=MAPS))))
    assert read(core, first.access_token).claims["sub"] == "7"
    assert error(core.ask(exchange(core.code(resource=MAPS), resource=OTHER))) == "invalid_target"
    assert error(core.ask(exchange(core.code(resource=MAPS), resource="https://elsewhere.example"))) == "invalid_target"
    assert error(core.ask(exchange(core.code(), resource=MAPS))) == "invalid_target"
    assert told(core.ask(exchange(core.code(resource=MAPS), resource=MAPS)))
    assert told(core.ask(exchange(core.code(), resource=ISSUER))).access_token.startswith("jt_at_")
    again = told(core.refresh(first.refresh_token))
    assert read(core, again.access_token).claims["aud"] == MAPS
    assert error(core.refresh(first.refresh_token, resource=ISSUER)) == "invalid_target"


def test_a_place_that_is_not_registered_any_more_gets_nothing(core: Core) -> None:
    first = told(core.ask(exchange(core.code(resource=MAPS))))
    core.store.clients[PORTAL] = portal(terms=Terms(resources=(OTHER,)))
    assert error(core.refresh(first.refresh_token)) == "invalid_target"


def test_the_key_that_is_active_signs_and_the_next_one_is_announced(core: Core) -> None:
    core.store.add_key(NOW + DAY)
    before = told(core.ask(request(resource=MAPS))).access_token
    core.now += DAY
    after = told(core.ask(request(resource=MAPS))).access_token
    assert headers_of(before)["kid"] != headers_of(after)["kid"]
    assert read(core, before).claims["aud"] == read(core, after).claims["aud"] == MAPS
    published = core.server.jwks(core.store, core.now)["keys"]
    assert len(published) == 2
    assert all("d" not in key and key["use"] == "sig" and key["alg"] == "ES256" for key in published)


def key(number: int, active_from: int) -> PublicKey:
    return PublicKey(number, {"kid": str(number)}, active_from)


def test_a_key_is_pending_then_active_then_retired() -> None:
    keys = [key(2, NOW), key(1, NOW - DAY), key(3, NOW + DAY)]
    assert [state for _, state in states(keys, NOW)] == [KeyState.RETIRED, KeyState.ACTIVE, KeyState.PENDING]
    assert states([], NOW) == ()


def test_the_next_key_is_announced_a_day_before_and_the_last_one_kept_while_its_tokens_live() -> None:
    first = key(1, NOW)
    assert next_due([], NOW) == NOW
    assert next_due([first], NOW + SIGNS - ANNOUNCED - 1) is None
    assert next_due([first], NOW + SIGNS - ANNOUNCED) == NOW + SIGNS
    assert next_due([first], NOW + 2 * SIGNS) == NOW + 2 * SIGNS + ANNOUNCED
    second = key(2, NOW + SIGNS)
    assert over([first, second], NOW + SIGNS + KEPT - 1) == ()
    assert over([first, second], NOW + SIGNS + KEPT) == (first,)
    assert over([first], NOW + 10 * SIGNS) == ()
