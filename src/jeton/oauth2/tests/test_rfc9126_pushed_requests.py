"""RFC 9126: a client pushes its request, and the browser carries a reference that is used up once."""

from urllib.parse import parse_qs, urlsplit

import pytest

from jeton.kernel.scopes import Scopes
from jeton.kit.clock import SECOND
from jeton.kit.mint import PUSHED_REQUEST, SystemMint, new_token
from jeton.oauth2.clients import Terms
from jeton.oauth2.endpoints.authorize import PageFault, SentBack, Sound
from jeton.oauth2.pushed import PREFIX, PushedAnswer
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import CALLBACK, ISSUER, OTHER, PORTAL, SECRET, Core, authorization, portal
from jeton.testing.client_keys import Keys

NEEDS_PAR = Terms(needs_par=True)
KEYS, OTHERS = Keys(), Keys()


@pytest.fixture
def core() -> Core:
    return Core(portal(terms=NEEDS_PAR), portal()._replace(client_id=OTHER))


def push(core: Core, **changed: object) -> PushedAnswer | Refusal:
    good: dict[str, object] = {**authorization(), "client_secret": SECRET}
    asked = {name: value for name, value in {**good, **changed}.items() if value is not None}
    proof = asked.pop("proof", None)
    return core.server.push(asked, None, core.store, core.now, () if proof is None else (str(proof),))


def pushed(core: Core, **changed: object) -> str:
    answer = push(core, **changed)
    assert isinstance(answer, PushedAnswer), answer
    assert answer.expires_in == 90
    return answer.request_uri


def visit(core: Core, request_uri: str, *more: tuple[str, str], client_id: str = PORTAL) -> object:
    return core.server.authorize([("client_id", client_id), ("request_uri", request_uri), *more], core.store, core.now)


def sound(core: Core, request_uri: str) -> Sound[Scopes]:
    found = visit(core, request_uri)
    assert isinstance(found, Sound), found
    return found


def test_the_browser_carries_a_reference_and_the_request_is_what_was_pushed(core: Core) -> None:
    reference = pushed(core, scope="users.read", state="mine")
    assert reference.startswith(f"{PREFIX}{PUSHED_REQUEST}")
    found = visit(core, reference, ("scope", "files.readwrite"), ("redirect_uri", "https://evil.example"))
    assert isinstance(found, Sound)
    assert (str(found.scopes), found.callback, found.state) == ("users.read", CALLBACK, "mine")
    assert reference not in repr(core.store.pushed)


def test_a_reference_is_used_up_once_by_yes_or_by_no(core: Core) -> None:
    for first, second in (("yes", "yes"), ("no", "yes"), ("yes", "no")):
        found = sound(core, pushed(core))
        answers = []
        for word in (first, second):
            if word == "yes":
                location = core.server.approve(found, "7", found.scopes, core.store, core.now)
            else:
                location = core.server.deny(found, core.store, core.now)
            answers.append(parse_qs(urlsplit(location).query))
        assert ("code" in answers[0]) == (first == "yes")
        assert answers[1]["error"] == ["invalid_request"]


def test_after_its_answer_the_address_says_that_it_took_too_long(core: Core) -> None:
    reference = pushed(core)
    core.server.deny(sound(core, reference), core.store, core.now)
    fault = visit(core, reference)
    assert isinstance(fault, PageFault)
    assert fault.case == "expired_request"


def test_a_page_may_be_loaded_again_before_the_answer_for_ten_minutes(core: Core) -> None:
    reference = pushed(core)
    core.now += 89 * SECOND
    core.server.shown(sound(core, reference), core.store, core.now)
    core.now += 599 * SECOND
    core.server.shown(sound(core, reference), core.store, core.now)
    core.now += SECOND
    assert isinstance(visit(core, reference), PageFault)


def test_one_that_nobody_looked_at_ends_after_ninety_seconds(core: Core) -> None:
    reference = pushed(core)
    core.now += 90 * SECOND
    assert isinstance(visit(core, reference), PageFault)


def test_a_reference_is_its_clients_alone(core: Core) -> None:
    assert isinstance(visit(core, pushed(core), client_id=OTHER), PageFault)
    forged = PREFIX + new_token(PUSHED_REQUEST, SystemMint(), next(iter(core.store.pushed)))
    for unknown in (forged, f"{PREFIX}x", PREFIX + new_token(PUSHED_REQUEST, SystemMint(), 5)):
        assert isinstance(visit(core, unknown), PageFault)


def test_an_application_that_must_push_is_not_served_otherwise(core: Core) -> None:
    back = core.server.authorize(list(authorization().items()), core.store, core.now)
    assert isinstance(back, SentBack)
    assert "error=invalid_request" in back.location
    other = core.server.authorize(list(authorization(client_id=OTHER).items()), core.store, core.now)
    assert isinstance(other, Sound)
    core.server.shown(other, core.store, core.now)  # nothing to keep


def test_a_reference_of_another_kind_or_twice_is_not_followed(core: Core) -> None:
    foreign = visit(core, "https://client.example/request", ("response_type", "code"), client_id=OTHER)
    assert isinstance(foreign, SentBack)
    assert "error=request_uri_not_supported" in foreign.location
    twice = visit(core, pushed(core), ("request_uri", "x"))
    assert not isinstance(twice, Sound)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": None, "client_secret": None}, "invalid_client"),
        ({"redirect_uri": "https://evil.example"}, "invalid_request"),
        ({"request_uri": f"{PREFIX}x"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "no.such"}, "invalid_scope"),
        ({"scope": 3}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"resource": "https://elsewhere.example"}, "invalid_target"),
        ({"dpop_jkt": "short"}, "invalid_request"),
        ({"optional_scope": "no.such"}, "invalid_scope"),
    ],
)
def test_what_a_browser_would_be_sent_back_with_the_client_is_told_at_once(
    core: Core, changed: dict[str, object], code: str
) -> None:
    refused = push(core, **changed)
    assert isinstance(refused, Refusal)
    assert refused.error == code
    assert core.store.pushed == {}


def test_optional_scopes_are_told_apart_from_those_that_are_needed(core: Core) -> None:
    found = sound(core, pushed(core, scope="users.read", optional_scope="users.read files.read"))
    assert (str(found.scopes), str(found.optional)) == ("files.read users.read", "files.read")
    found = sound(core, pushed(core, scope=None, optional_scope="files.read"))
    assert str(found.optional) == "files.read"
    assert found.scopes == Scopes.parse("files.readwrite users.read")


def test_a_code_bound_by_its_request_needs_the_key(core: Core) -> None:
    found = sound(core, pushed(core, dpop_jkt="k" * 43))
    assert found.binding.jkt == "k" * 43


def proof(core: Core, keys: Keys = KEYS, path: str = "/oauth2/par") -> str:
    core.now += SECOND  # another identifier each time
    return keys.proof(f"{ISSUER}{path}", core.now)


def test_a_proof_beside_a_pushed_request_binds_its_code_to_the_key(core: Core) -> None:
    assert sound(core, pushed(core, proof=proof(core))).binding.jkt == KEYS.jkt
    assert sound(core, pushed(core, proof=proof(core), dpop_jkt=KEYS.jkt)).binding.jkt == KEYS.jkt


def test_a_proof_that_does_not_hold_beside_a_pushed_request_is_refused(core: Core) -> None:
    shown = proof(core)
    pushed(core, proof=shown)
    for text, error in (
        (shown, "invalid_dpop_proof"),
        (proof(core, path="/oauth2/token"), "invalid_dpop_proof"),
        (KEYS.proof(f"{ISSUER}/oauth2/par", core.now, nonce=None), "use_dpop_nonce"),
    ):
        answer = push(core, proof=text)
        assert isinstance(answer, Refusal)
        assert answer.error == error
    answer = push(core, proof=proof(core), dpop_jkt=OTHERS.jkt)
    assert isinstance(answer, Refusal)
    assert (answer.error, "dpop_jkt" in answer.description) == ("invalid_request", True)
