"""RFC 6749 section 4.4: an application acts as itself."""

from typing import Any

import pytest

from jeton.kernel.scopes import Scopes
from jeton.kit.clock import SECOND
from jeton.kit.mint import ACCESS_TOKEN, digest, parse_token
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import NOW, ROBOT, Core, client, request
from jeton.oauth2.tokens import TokenRecord, number_of


def test_what_is_kept_of_a_token_is_its_digest_and_what_it_is_for() -> None:
    core = Core(client(lifetime_s=600))
    token = core.token(scope="files.read")
    parsed = parse_token(token)
    assert parsed is not None
    assert parsed.prefix == ACCESS_TOKEN
    assert list(core.store.tokens.values()) == [
        TokenRecord(
            parsed.number or 0, digest(token), ROBOT, Scopes.parse("files.read"), NOW, NOW + 600 * SECOND,
            None, is_usable=True, subject=ROBOT, username=None,
        )
    ]  # fmt: skip
    assert token not in repr(core.store)


def test_each_call_gives_another_token_and_all_of_them_hold() -> None:
    core = Core()
    texts = {core.token() for _ in range(50)}
    assert len(texts) == len(core.store.tokens) == 50


def test_there_is_no_refresh_token_and_the_lifetime_is_the_applications() -> None:
    answer = Core(client(lifetime_s=3600)).ask(request())
    assert isinstance(answer, TokenAnswer)
    assert answer.refresh_token is None
    assert answer.expires_in == 3600


@pytest.mark.parametrize("changes", [{"is_public": True, "secrets": ()}, {"grants": frozenset({"authorization_code"})}])
def test_a_client_of_another_kind_may_not(changes: dict[str, Any]) -> None:
    shown = {"client_secret": None} if "is_public" in changes else {}
    refused = Core(client(**changes)).ask(request(**shown))
    assert isinstance(refused, Refusal)
    assert (refused.error, refused.status) == ("unauthorized_client", 400)
    assert "client_credentials" in refused.description


@pytest.mark.parametrize(
    ("grant_type", "error"),
    [
        ("password", "unsupported_grant_type"),
        ("Client_Credentials", "unsupported_grant_type"),
        (None, "invalid_request"),
        ("", "invalid_request"),
        (7, "invalid_request"),
    ],
)
def test_another_grant_type_is_refused_before_the_client_is_looked_up(grant_type: object, error: str) -> None:
    refused = Core().ask(request(grant_type=grant_type, client_id="nobody"))
    assert isinstance(refused, Refusal)
    assert (refused.error, refused.status) == (error, 400)


@pytest.mark.parametrize("text", ["", "jt_at_", "jt_cs_" + "a" * 49, "x" * 500])
def test_what_is_no_access_token_has_no_number(text: str) -> None:
    assert number_of(text) is None
