"""RFC 6749 sections 2.3 and 2.3.1: a client proves itself by HTTP Basic or in the body, once."""

from base64 import b64encode
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jeton.kit.clock import SECOND
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.refusals import BASIC_CHALLENGE, Refusal
from jeton.oauth2.tests.memory import NOW, OTHER, ROBOT, SECRET, Core, client, request, secret_of


def basic(client_id: str, secret: str) -> str:
    return "Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


BARE = {"grant_type": "client_credentials"}


@pytest.mark.parametrize(
    ("parameters", "authorization"),
    [
        pytest.param(request(), None, id="in the body"),
        pytest.param(BARE, basic(ROBOT, SECRET), id="by Basic"),
        pytest.param(BARE, basic(ROBOT, SECRET).replace("Basic", "bAsIc"), id="the scheme in any case"),
        pytest.param(BARE, basic(ROBOT, SECRET).replace(" ", "  "), id="two blanks after the scheme"),
        pytest.param({**BARE, "client_id": ROBOT}, basic(ROBOT, SECRET), id="the same client_id beside Basic"),
        pytest.param(request(client_secret="", scope=""), basic(ROBOT, SECRET), id="empty members count as absent"),
        pytest.param(request(answer=["forty", 2]), None, id="unknown members are ignored"),
    ],
)
def test_a_client_that_proves_itself_once_gets_a_token(
    parameters: dict[str, object], authorization: str | None
) -> None:
    assert isinstance(Core().ask(parameters, authorization), TokenAnswer)


@pytest.mark.parametrize(
    ("parameters", "authorization", "error", "status", "challenged"),
    [
        pytest.param(BARE, None, "invalid_client", 401, True, id="nothing shown"),
        pytest.param(request(client_id=None), None, "invalid_client", 401, True, id="a secret of nobody"),
        pytest.param(request(client_secret=None), None, "invalid_client", 401, False, id="no secret"),
        pytest.param(request(client_secret=SECRET + "x"), None, "invalid_client", 401, False, id="a wrong secret"),
        pytest.param(request(client_secret=SECRET.upper()), None, "invalid_client", 401, False, id="another case"),
        pytest.param(request(client_id="nobody"), None, "invalid_client", 401, False, id="an unknown client"),
        pytest.param(request(client_id=ROBOT.upper()), None, "invalid_client", 401, False, id="client_id, other case"),
        pytest.param(BARE, basic(ROBOT, "wrong"), "invalid_client", 401, True, id="Basic, a wrong secret"),
        pytest.param(BARE, basic("nobody", SECRET), "invalid_client", 401, True, id="Basic, an unknown client"),
        pytest.param(BARE, "Bearer abc", "invalid_client", 401, True, id="another scheme"),
        pytest.param(BARE, "Basic", "invalid_client", 401, True, id="Basic and nothing"),
        pytest.param(BARE, "Basic !!!!", "invalid_client", 401, True, id="not base64"),
        pytest.param(BARE, "Basic é", "invalid_client", 401, True, id="not ASCII"),
        pytest.param(BARE, "Basic " + b64encode(b"\xff\xfe:x").decode(), "invalid_client", 401, True, id="not UTF-8"),
        pytest.param(BARE, "Basic " + b64encode(b"robot").decode(), "invalid_client", 401, True, id="no colon"),
        pytest.param(BARE, "Basic " + b64encode(b":x").decode(), "invalid_client", 401, True, id="no name"),
        pytest.param(BARE, "Basic " + "QUFB" * 2000, "invalid_client", 401, True, id="far too long"),
        pytest.param(request(), basic(ROBOT, SECRET), "invalid_request", 400, False, id="sent twice"),
        pytest.param(
            {**BARE, "client_id": OTHER}, basic(ROBOT, SECRET), "invalid_request", 400, False, id="two client_ids"
        ),
        pytest.param(request(client_id=7), None, "invalid_request", 400, False, id="client_id is a number"),
        pytest.param(request(client_secret=["x"]), None, "invalid_request", 400, False, id="client_secret is a list"),
        pytest.param(
            request(client_secret="x" * 4097), None, "invalid_request", 400, False, id="client_secret too long"
        ),
    ],
)
def test_a_client_that_does_not_is_refused(
    parameters: dict[str, object], authorization: str | None, error: str, status: int, challenged: bool
) -> None:
    refused = Core().ask(parameters, authorization)
    assert isinstance(refused, Refusal)
    assert (refused.error, refused.status) == (error, status)
    assert refused.challenge == (BASIC_CHALLENGE if challenged else None)


def test_an_unknown_client_and_a_wrong_secret_are_told_apart_for_nobody() -> None:
    core = Core(client(), client("bare", secrets=()))
    answers = {
        core.ask(request(client_secret="wrong")),
        core.ask(request(client_id="nobody")),
        core.ask(request(client_id="bare")),
    }
    assert len(answers) == 1


def test_ca_06_halves_of_basic_are_form_encoded() -> None:
    name, secret = "a+b c:d", "50% + é:&="
    core = Core(client(name, secrets=(secret_of(secret),)))
    assert isinstance(core.ask(BARE, basic(name, secret)), TokenAnswer)


def test_every_live_secret_opens_and_the_token_remembers_which() -> None:
    core = Core(client(secrets=(secret_of("one", id=11), secret_of("two", id=12, ends_at=NOW + SECOND))))
    for text, number in (("one", 11), ("two", 12)):
        _, authenticated = core.server.token(request(client_secret=text), None, core.store, NOW)
        assert authenticated is not None
        assert authenticated.secret_id == number


def test_the_right_secret_too_late_says_so_and_only_to_who_holds_it() -> None:
    core = Core(client(secrets=(secret_of("old", ends_at=NOW), secret_of("new", id=2))))
    late, wrong = core.ask(request(client_secret="old")), core.ask(request(client_secret="older"))
    assert isinstance(late, Refusal)
    assert isinstance(wrong, Refusal)
    assert (late.error, late.status) == ("invalid_client", 401)
    assert "is over" in late.description
    assert "is over" not in wrong.description
    core.now -= 1
    assert isinstance(core.ask(request(client_secret="old")), TokenAnswer)


@pytest.mark.parametrize("ends", [(NOW - 1, None), (None, NOW - 1), (NOW - 1, NOW + 1), (NOW + 1, NOW - 1)], ids=str)
def test_of_one_secret_kept_twice_the_longer_lived_counts(ends: tuple[int | None, int | None]) -> None:
    core = Core(client(secrets=tuple(secret_of(SECRET, id=at, ends_at=end) for at, end in enumerate(ends, 1))))
    assert isinstance(core.ask(request()), TokenAnswer)


def test_a_suspended_client_learns_it_with_its_right_secret_only() -> None:
    core = Core(client(is_suspended=True))
    right, wrong = core.ask(request()), core.ask(request(client_secret="wrong"))
    assert isinstance(right, Refusal)
    assert isinstance(wrong, Refusal)
    assert (right.error, right.status) == ("unauthorized_client", 400)
    assert "suspended" in right.description
    assert wrong.error == "invalid_client"


TEXTS = st.one_of(st.text(max_size=30), st.integers(), st.none(), st.lists(st.text(), max_size=2))


@given(
    st.dictionaries(st.sampled_from(["grant_type", "client_id", "client_secret", "scope", "token"]), TEXTS, max_size=5),
    st.one_of(
        st.none(), st.text(max_size=60), st.binary(max_size=40).map(lambda raw: "Basic " + b64encode(raw).decode())
    ),
)
def test_a_refusal_is_plain_ascii_whatever_was_sent(parameters: dict[str, object], authorization: str | None) -> None:
    core = Core()
    token_answer = core.ask(parameters, authorization)
    revoked = core.server.revoke(parameters, authorization, core.store, NOW)
    told = core.server.introspect(parameters, authorization, core.store, NOW)
    for refused in (token_answer, revoked, told):
        assert isinstance(refused, Refusal)
        assert all(" " <= sign <= "~" and sign not in '"\\' for sign in refused.description)


@pytest.mark.parametrize("member", ["grant_type", "client_id", "client_secret", "scope"])
def test_what_was_sent_is_never_repeated(member: str) -> None:
    sent = "SENTINEL-b7f3"
    for parameters in (request(**{member: sent}), request(**{member: [sent]}), request(**{member: sent * 400})):
        refused = Core().ask(parameters)
        assert isinstance(refused, Refusal)
        assert sent not in "".join(map(str, refused))
