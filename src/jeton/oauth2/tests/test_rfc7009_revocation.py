"""RFC 7009: a client ends its own tokens, and nobody else's."""

import pytest

from jeton.kit.clock import SECOND
from jeton.kit.mint import ACCESS_TOKEN, REFRESH_TOKEN, SystemMint, new_token
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import NOW, OTHER, Core, request


def revoke(core: Core, token: object, **changes: object) -> Refusal | None:
    return core.server.revoke(request(token=token, **changes), None, core.store, core.now)


def test_a_revoked_token_ends_at_once_and_the_others_go_on() -> None:
    core = Core()
    token = core.token()
    other = core.token()
    core.now += 5 * SECOND
    assert revoke(core, token, token_type_hint="refresh_token") is None
    assert [record.ended_at for record in core.store.tokens.values()] == [NOW + 5 * SECOND, None]
    assert other != token


def test_revoking_twice_is_as_good_as_once_and_moves_nothing() -> None:
    core = Core()
    token = core.token()
    revoke(core, token)
    kept = dict(core.store.tokens)
    core.now += SECOND
    assert revoke(core, token) is None
    assert core.store.tokens == kept


@pytest.mark.parametrize(
    "token",
    [
        "never was one",
        new_token(ACCESS_TOKEN, SystemMint(), 12345),
        new_token(REFRESH_TOKEN, SystemMint(), 12345),
        "jt_at_1." + "a" * 49,
        "é",
    ],
    ids=["words", "access", "refresh", "too short", "not ASCII"],
)
def test_a_token_that_is_none_is_as_good_as_revoked(token: str) -> None:
    core = Core()
    core.token()
    kept = dict(core.store.tokens)
    assert revoke(core, token) is None
    assert core.store.tokens == kept


def test_the_number_of_a_token_is_not_enough() -> None:
    core = Core()
    number = int(core.token().removeprefix(ACCESS_TOKEN).partition(".")[0])
    forged = new_token(ACCESS_TOKEN, SystemMint(), number)
    assert revoke(core, forged) is None
    assert core.store.tokens[number].ended_at is None


def test_another_clients_token_is_left_alone() -> None:
    core = Core()
    token = core.token(client_id=OTHER)
    kept = dict(core.store.tokens)
    refused = revoke(core, token)
    assert refused is not None
    assert (refused.error, refused.status) == ("invalid_grant", 400)
    assert core.store.tokens == kept


@pytest.mark.parametrize(
    ("changes", "error", "status"),
    [
        ({"token": None}, "invalid_request", 400),
        ({"token": ""}, "invalid_request", 400),
        ({"token": 5}, "invalid_request", 400),
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"client_id": None}, "invalid_client", 401),
    ],
)
def test_who_asks_badly_is_refused(changes: dict[str, object], error: str, status: int) -> None:
    core = Core()
    token = core.token()
    for answer in (
        core.server.revoke(request(**{"token": token, **changes}), None, core.store, core.now),
        core.server.introspect(request(**{"token": token, **changes}), None, core.store, core.now),
    ):
        assert isinstance(answer, Refusal)
        assert (answer.error, answer.status) == (error, status)
    assert all(record.ended_at is None for record in core.store.tokens.values())
