"""The refresh_token grant: bound for who keeps a secret, replaced for who cannot (product.md D5; RFC 9700 4.14)."""

import pytest

from jeton.kit.clock import DAY, SECOND
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import PORTAL, SECRET, Core, client, portal
from jeton.oauth2.tests.test_rfc6749_s4_1_authorization_code import PKCE, VERIFIER, refused, told

PUBLIC = {"client_secret": None}


def first(core: Core) -> str:
    """The first refresh token."""
    if core.store.clients[PORTAL].is_public:
        answer = core.exchange(core.code(**PKCE), code_verifier=VERIFIER, client_secret=None)
    else:
        answer = core.exchange(core.code())
    token = told(answer).refresh_token
    assert token is not None
    return token


def after(answer: TokenAnswer | Refusal) -> str:
    token = told(answer).refresh_token
    assert token is not None
    return token


@pytest.fixture
def core() -> Core:
    return Core(portal(), client())


@pytest.fixture
def public() -> Core:
    return Core(portal(is_public=True, secrets=()))


def test_that_of_a_confidential_application_stays(core: Core) -> None:
    token = first(core)
    assert [after(core.refresh(token)) for _ in range(3)] == [token] * 3
    assert len(core.store.tokens) == 4
    assert {record.subject for record in core.store.tokens.values()} == {"7"}


def test_scopes_can_be_narrowed_each_time_and_never_widened(core: Core) -> None:
    token = first(core)
    assert told(core.refresh(token, scope="users.read")).scope == "users.read"
    assert told(core.refresh(token)).scope == "files.readwrite files.read users.read"
    assert refused(core.refresh(token, scope="admin.read")) == "invalid_scope"
    narrow = after(core.exchange(core.code(scopes="users.read")))
    assert refused(core.refresh(narrow, scope="files.read")) == "invalid_scope"
    assert told(core.refresh(narrow, scope="all")).scope == "users.read"
    core.store.clients[PORTAL] = portal(scopes="users.read")
    assert told(core.refresh(token)).scope == "users.read"


def test_it_is_good_for_its_own_application_only(core: Core) -> None:
    token = first(core)
    assert refused(core.refresh(token, client_secret="wrong")) == "invalid_client"
    core.store.clients["other0000000000000000000"] = client("other0000000000000000000", grants=portal().grants)
    assert refused(core.refresh(token, client_id="other0000000000000000000")) == "invalid_grant"
    assert refused(core.refresh(token[:-1] + ("a" if token[-1] != "a" else "b"))) == "invalid_grant"
    assert refused(core.refresh(None)) == "invalid_request"
    assert refused(core.refresh(token, client_id="robot0000000000000000000")) == "unauthorized_client"


def test_it_ends_after_thirty_days_of_rest_and_after_ninety_in_any_case(core: Core) -> None:
    token, rests = first(core), first(core)
    for _ in range(3):
        core.now += 29 * DAY
        told(core.refresh(token))
    assert refused(core.refresh(rests)) == "invalid_grant"
    core.now += 3 * DAY
    assert refused(core.refresh(token)) == "invalid_grant"


def test_that_of_a_public_application_is_replaced_each_time(public: Core) -> None:
    tokens = [first(public)]
    for _ in range(3):
        tokens.append(after(public.refresh(tokens[-1], **PUBLIC)))
    assert len(set(tokens)) == 4


def test_a_lost_answer_is_given_again_for_half_a_minute(public: Core) -> None:
    token = first(public)
    successor = after(public.refresh(token, **PUBLIC))
    public.now += 30 * SECOND
    assert after(public.refresh(token, **PUBLIC)) == successor
    assert told(public.refresh(successor, **PUBLIC))
    assert refused(public.refresh(token, **PUBLIC)) == "invalid_grant"


@pytest.mark.parametrize("late", [True, False])
def test_one_that_comes_again_ends_its_family(public: Core, late: bool) -> None:
    token, other = first(public), first(public)
    successor = after(public.refresh(token, **PUBLIC))
    if late:
        public.now += 31 * SECOND
    else:
        successor = after(public.refresh(successor, **PUBLIC))
    assert refused(public.refresh(token, **PUBLIC)) == "invalid_grant"
    assert refused(public.refresh(successor, **PUBLIC)) == "invalid_grant"
    assert told(public.refresh(other, **PUBLIC))


def test_of_two_who_refresh_at_once_both_get_the_same_successor(public: Core) -> None:
    token = first(public)
    winner = after(public.refresh(token, **PUBLIC))
    assert after(public.refresh(token, **PUBLIC)) == winner
    other = first(public)
    public.store.hurried = 2
    assert refused(public.refresh(other, **PUBLIC)) == "invalid_grant"


def test_rfc7009_giving_it_back_ends_all_that_came_of_it(core: Core) -> None:
    token, other = first(core), first(core)
    good: dict[str, object] = {"client_id": PORTAL, "client_secret": SECRET}
    assert core.server.revoke({**good, "token": token}, None, core.store, core.now) is None
    assert core.server.revoke({**good, "token": token}, None, core.store, core.now) is None
    assert refused(core.refresh(token)) == "invalid_grant"
    assert [record.ended_at is None for record in core.store.tokens.values()] == [False, True]
    robot: dict[str, object] = {"client_id": "robot0000000000000000000", "client_secret": SECRET}
    foreign = core.server.revoke({**robot, "token": other}, None, core.store, core.now)
    assert isinstance(foreign, Refusal)
    assert told(core.refresh(other))
    unknown = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert core.server.revoke({**good, "token": unknown}, None, core.store, core.now) is None


def test_rfc7662_its_own_client_may_look_at_it(core: Core, public: Core) -> None:
    token = first(core)
    good: dict[str, object] = {"client_id": PORTAL, "client_secret": SECRET}
    seen = core.server.introspect({**good, "token": token}, None, core.store, core.now)
    assert isinstance(seen, dict)
    assert (seen["active"], seen["sub"], seen["scope"]) == (True, "7", "files.readwrite files.read users.read")
    robot: dict[str, object] = {"client_id": "robot0000000000000000000", "client_secret": SECRET}
    assert core.server.introspect({**robot, "token": token}, None, core.store, core.now) == {"active": False}
    unknown = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert core.server.introspect({**good, "token": unknown}, None, core.store, core.now) == {"active": False}
    nobody: dict[str, object] = {"client_id": PORTAL, "token": first(public)}
    assert isinstance(public.server.introspect(nobody, None, public.store, public.now), Refusal)
