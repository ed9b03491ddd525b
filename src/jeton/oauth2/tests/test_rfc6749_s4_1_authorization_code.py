"""The authorization_code grant: what may be asked, where the browser goes, and one exchange per code."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest

from jeton.oauth2.callbacks import is_registered
from jeton.oauth2.clients import Terms
from jeton.oauth2.endpoints.authorize import PageFault, SentBack, Sound
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import (
    CALLBACK,
    ISSUER,
    OTHER,
    PORTAL,
    Core,
    authorization,
    client,
    exchange,
    portal,
)

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@pytest.fixture
def core() -> Core:
    return Core(portal(), client(OTHER, callbacks=(CALLBACK,)))


def told(answer: TokenAnswer | Refusal) -> TokenAnswer:
    assert isinstance(answer, TokenAnswer), answer
    return answer


def refused(answer: TokenAnswer | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.error


def judged(core: Core, **asked: str | None) -> object:
    return core.server.authorize(list(authorization(**asked).items()), core.store, core.now)


def sent_back(core: Core, **asked: str | None) -> dict[str, str]:
    answer = judged(core, **asked)
    assert isinstance(answer, SentBack), answer
    assert answer.location.startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}


def test_a_code_becomes_tokens_of_the_person(core: Core) -> None:
    answer = told(core.exchange(core.code(subject="7")))
    assert answer.token_type == "Bearer"
    assert answer.expires_in == 3600
    assert answer.scope == "files.readwrite files.read users.read"
    assert answer.refresh_token is not None
    [record] = core.store.tokens.values()
    assert (record.subject, record.client_id) == ("7", PORTAL)


def test_what_the_person_allowed_is_all_that_is_given(core: Core) -> None:
    assert told(core.exchange(core.code(scopes="users.read"))).scope == "users.read"


def test_a_registration_that_was_narrowed_meanwhile_narrows_the_tokens(core: Core) -> None:
    code = core.code()
    core.store.clients[PORTAL] = portal(scopes="users.read")
    assert told(core.exchange(code)).scope == "users.read"
    code = core.code()
    core.store.clients[PORTAL] = portal(scopes="tags.read")
    assert refused(core.exchange(code)) == "invalid_scope"


def test_rfc9207_the_answer_names_its_issuer_and_returns_the_state_as_it_came(core: Core) -> None:
    sound = judged(core)
    assert isinstance(sound, Sound)
    location = core.server.approve(sound, "7", sound.scopes, core.store, core.now)
    query = parse_qs(urlsplit(location).query)
    assert (query["state"], query["iss"]) == (["s t&te"], [ISSUER])
    assert parse_qs(urlsplit(core.server.deny(sound, core.store, core.now)).query)["error"] == ["access_denied"]
    stateless = judged(core, state=None)
    assert isinstance(stateless, Sound)
    assert "state" not in core.server.deny(stateless, core.store, core.now)


def test_a_query_of_the_callback_stays() -> None:
    core = Core(portal(callbacks=(f"{CALLBACK}?a=b",)))
    sound = judged(core, redirect_uri=f"{CALLBACK}?a=b")
    assert isinstance(sound, Sound)
    assert core.server.deny(sound, core.store, core.now).startswith(f"{CALLBACK}?a=b&error=")


@pytest.mark.parametrize(
    ("asked", "case"),
    [
        ({"client_id": None}, "unknown_client"),
        ({"client_id": "nobody"}, "unknown_client"),
        ({"redirect_uri": "https://evil.example/callback"}, "bad_callback"),
        ({"redirect_uri": f"{CALLBACK}/"}, "bad_callback"),
        ({"redirect_uri": f"{CALLBACK}?x"}, "bad_callback"),
        ({"redirect_uri": "https://portal.example.org.evil.example/callback"}, "bad_callback"),
        ({"redirect_uri": "https://portal.example.org:443/callback"}, "bad_callback"),
    ],
)
def test_what_cannot_be_trusted_is_told_on_a_page_and_sent_nowhere(
    core: Core, asked: dict[str, str | None], case: str
) -> None:
    answer = judged(core, **asked)
    assert isinstance(answer, PageFault)
    assert answer.case == case


def test_doubled_parameters_are_never_chosen_between(core: Core) -> None:
    good = list(authorization().items())
    for name, case in (("client_id", "unknown_client"), ("redirect_uri", "bad_callback")):
        answer = core.server.authorize([*good, (name, authorization()[name])], core.store, core.now)
        assert isinstance(answer, PageFault)
        assert answer.case == case
    answer = core.server.authorize([*good, ("scope", "all")], core.store, core.now)
    assert isinstance(answer, SentBack)
    assert "error=invalid_request" in answer.location


def test_a_suspended_application_is_told_on_a_page() -> None:
    answer = judged(Core(portal(is_suspended=True)))
    assert isinstance(answer, PageFault)
    assert answer.case == "suspended_client"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "admin.read"}, "invalid_scope"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
        ({"request_uri": "https://x"}, "request_uri_not_supported"),
    ],
)
def test_other_faults_go_back_to_the_application(core: Core, asked: dict[str, str | None], error: str) -> None:
    answer = sent_back(core, **asked)
    assert answer["error"] == error
    assert (answer["state"], answer["iss"]) == ("s t&te", ISSUER)
    assert answer["error_description"].isascii()


def test_a_server_application_asks_nobody(core: Core) -> None:
    assert sent_back(core, client_id=OTHER)["error"] == "unauthorized_client"
    asked = exchange("x", client_id=OTHER)
    assert refused(core.ask(asked)) == "unauthorized_client"


def test_the_callback_may_be_left_out_where_there_is_one() -> None:
    core = Core(portal())
    assert refused(core.exchange(core.code(redirect_uri=None))) == "invalid_grant"
    assert told(core.exchange(core.code(redirect_uri=None), redirect_uri=None))
    both = Core(portal(callbacks=(CALLBACK, "https://b.example/")))
    assert isinstance(judged(both, redirect_uri=None), PageFault)


def test_a_public_application_must_prove_that_it_asked() -> None:
    core = Core(portal(is_public=True, secrets=()))
    assert sent_back(core)["error"] == "invalid_request"
    assert refused(core.exchange(core.code(**PKCE), client_secret=None)) == "invalid_grant"
    assert refused(core.exchange(core.code(**PKCE), client_secret=None, code_verifier="w" * 43)) == "invalid_grant"
    code = core.code(**PKCE)
    assert refused(core.exchange(code, code_verifier=VERIFIER)) == "invalid_client"  # it has no secret
    assert told(core.exchange(code, client_secret=None, code_verifier=VERIFIER))


def test_ac_01_ac_03_a_challenge_is_verified_whoever_sent_it_and_a_failed_try_spends_the_code(core: Core) -> None:
    for verifier in (None, "w" * 43, "v" * 42, "v" * 129, "v" * 42 + "!"):
        code = core.code(**PKCE)
        assert refused(core.exchange(code, code_verifier=verifier)) == "invalid_grant"
        assert refused(core.exchange(code, code_verifier=VERIFIER)) == "invalid_grant"
    assert told(core.exchange(core.code(**PKCE), code_verifier=VERIFIER))
    assert refused(core.exchange(core.code(), code_verifier=VERIFIER)) == "invalid_grant"
    assert told(core.exchange(core.code()))


def test_ac_06_ac_07_ac_08_a_code_is_good_for_its_own_application_and_callback(core: Core) -> None:
    core.store.clients[OTHER] = client(OTHER, grants=portal().grants, callbacks=(CALLBACK,))
    for changed in ({"client_id": OTHER}, {"redirect_uri": "https://b.example/"}):
        code = core.code()
        assert refused(core.exchange(code, **changed)) == "invalid_grant"
        assert refused(core.exchange(code)) == "invalid_grant"
    code = core.code()
    assert refused(core.exchange(code[:-1] + ("a" if code[-1] != "a" else "b"))) == "invalid_grant"
    assert refused(core.ask({**exchange(code), "code": ""})) == "invalid_request"
    assert told(core.exchange(code))


def test_ac_05_a_code_lives_a_minute(core: Core) -> None:
    late, early = core.code(), core.code()
    core.now += 59_999_999
    assert told(core.exchange(early))
    core.now += 1
    assert refused(core.exchange(late)) == "invalid_grant"


def test_a_code_that_comes_again_ends_all_that_it_gave(core: Core) -> None:
    code = core.code()
    first = told(core.exchange(code))
    assert refused(core.exchange(code)) == "invalid_grant"
    assert all(record.ended_at is not None for record in core.store.tokens.values())
    assert refused(core.refresh(first.refresh_token)) == "invalid_grant"


def test_of_two_who_exchange_a_code_at_once_one_gets_tokens(core: Core) -> None:
    code = core.code()
    core.store.hurried = 1
    assert refused(core.ask(exchange(code))) == "invalid_grant"
    assert core.store.tokens == {}


def test_a_code_of_who_may_not_act_any_more_is_over(core: Core) -> None:
    code = core.code()
    [(number, record)] = core.store.codes.items()
    core.store.codes[number] = record._replace(is_usable=False)
    assert refused(core.exchange(code)) == "invalid_grant"


@pytest.mark.parametrize(
    ("registered", "asked", "same"),
    [
        ("http://127.0.0.1:53682/", "http://127.0.0.1:9/", True),
        ("http://127.0.0.1/", "http://127.0.0.1:65535/", True),
        ("http://localhost:53682/", "http://localhost:1/", True),
        ("http://[::1]:1/cb", "http://[::1]:2/cb", True),
        ("http://localhost:53682/", "http://127.0.0.1:53682/", False),
        ("http://localhost:53682/", "http://localhost:53682", False),
        ("http://localhost:1/", "http://localhost:1/x", False),
        ("http://localhost:1/", "https://localhost:1/", False),
        ("http://localhost:1/", "http://localhost.evil.example:1/", False),
        ("http://localhost:1/", "http://localhost:1@evil.example/", False),
        ("https://a.example/", "https://a.example:8443/", False),
        ("com.example.app:/cb", "com.example.app:/cb", True),
        ("com.example.app:/cb", "com.example.app:/cb2", False),
    ],
)
def test_rfc8252_the_port_is_free_on_loopback_and_nothing_else_is(registered: str, asked: str, same: bool) -> None:
    assert is_registered(asked, [registered]) is same


def test_ac_02_an_application_whose_switch_asks_for_pkce_sends_it_or_is_sent_back() -> None:
    core = Core(portal(terms=Terms(needs_pkce=True)))
    assert sent_back(core)["error"] == "invalid_request"
    assert told(core.exchange(core.code(**PKCE), code_verifier=VERIFIER))
