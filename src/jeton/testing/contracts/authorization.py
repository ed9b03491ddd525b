"""What every `oauth2.ports.Store` does for the product's scopes.

Fixtures: `store`, `applications` and `tokens`, empty and of one transaction.
"""

from typing import Final

import pytest

from jeton.kernel.applications import Secret
from jeton.kernel.ids import TokenId
from jeton.kernel.ports import Applications, Bearers, IssuedTokens
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import DAY, HOUR, SECOND
from jeton.oauth2.clients import KeptSecret
from jeton.oauth2.effects import RevokeToken, StoreToken
from jeton.oauth2.ports import Store
from jeton.testing.contracts.values import NOW, a_secret, an_application

SCRIPT: Final = an_application(7, "Script", scopes=Scopes.parse("files.readwrite users.read"), lifetime_s=3600)
NUMBER: Final = 1001


def a_token(number: int = NUMBER) -> StoreToken[Scopes]:
    """A token of the script's, for an hour."""
    return StoreToken(number, b"d" * 32, SCRIPT.client_id, Scopes.parse("files.read"), NOW, NOW + HOUR, 1)


class AuthorizationContract:
    """See the module."""

    @pytest.fixture(autouse=True)
    def script(self, applications: Applications) -> None:
        applications.add(SCRIPT)
        applications.add_secret(SCRIPT, a_secret(1), b"1" * 32)

    def test_a_client_is_found_with_its_secret(self, store: Store[Scopes]) -> None:
        client = store.client(SCRIPT.client_id)
        assert client is not None
        assert (client.client_id, client.name, client.scopes) == (SCRIPT.client_id, "Script", SCRIPT.scopes)
        assert (client.lifetime_s, client.is_public, client.is_suspended) == (3600, False, False)
        assert "client_credentials" in client.grants
        assert client.secrets == (KeptSecret(1, b"1" * 32, None),)
        assert store.client("client8") is None

    def test_a_client_without_secrets_is_found(self, store: Store[Scopes], applications: Applications) -> None:
        applications.add(an_application(8, "Bare", is_public=True))
        client = store.client("client8")
        assert client is not None
        assert (client.secrets, client.is_public) == ((), True)

    def test_a_suspended_client_is_found_as_such(self, store: Store[Scopes], applications: Applications) -> None:
        applications.change(SCRIPT._replace(is_suspended=True))
        client = store.client(SCRIPT.client_id)
        assert client is not None
        assert client.is_suspended is True

    @pytest.mark.parametrize(
        ("secret", "end"),
        [
            (a_secret(2, expires_at=NOW + DAY), NOW + DAY),
            (a_secret(2, ended_at=NOW + HOUR), NOW + HOUR),
            (a_secret(2, expires_at=NOW + DAY, ended_at=NOW + HOUR), NOW + HOUR),
            (a_secret(2, expires_at=NOW + HOUR, ended_at=NOW + DAY), NOW + HOUR),
        ],
    )
    def test_a_secret_ends_at_the_earliest_of_its_ends(
        self, store: Store[Scopes], applications: Applications, secret: Secret, end: int
    ) -> None:
        applications.add_secret(SCRIPT, secret, b"2" * 32)
        client = store.client(SCRIPT.client_id)
        assert client is not None
        assert KeptSecret(2, b"2" * 32, end) in client.secrets

    def test_a_stored_token_is_found_and_holds(
        self, store: Store[Scopes], bearers: Bearers, tokens: IssuedTokens
    ) -> None:
        store.client(SCRIPT.client_id)
        store.store_token(a_token())
        record = store.token(NUMBER)
        assert record is not None
        assert (record.id, record.digest, record.client_id) == (NUMBER, b"d" * 32, SCRIPT.client_id)
        assert (record.scopes, record.issued_at, record.expires_at) == (Scopes.parse("files.read"), NOW, NOW + HOUR)
        assert (record.ended_at, record.is_usable) == (None, True)
        bearer = bearers.find(TokenId(NUMBER))
        assert bearer is not None
        assert (bearer.digest, bearer.caller.principal) == (b"d" * 32, SCRIPT.principal)
        assert tokens.count_live(SCRIPT, NOW) == 1
        assert store.token(NUMBER + 1) is None

    def test_a_revoked_token_has_ended(self, store: Store[Scopes], tokens: IssuedTokens) -> None:
        store.client(SCRIPT.client_id)
        store.store_token(a_token())
        store.revoke_token(RevokeToken(NUMBER, SCRIPT.client_id, NOW + SECOND))
        record = store.token(NUMBER)
        assert record is not None
        assert record.ended_at == NOW + SECOND
        assert tokens.count_live(SCRIPT, NOW + SECOND) == 0

    def test_a_token_of_a_suspended_application_is_not_usable(
        self, store: Store[Scopes], applications: Applications
    ) -> None:
        store.client(SCRIPT.client_id)
        store.store_token(a_token())
        applications.change(SCRIPT._replace(is_suspended=True))
        record = store.token(NUMBER)
        assert record is not None
        assert record.is_usable is False

    def test_all_of_an_application_have_ended_after_it_was_told_so(
        self, store: Store[Scopes], tokens: IssuedTokens
    ) -> None:
        store.client(SCRIPT.client_id)
        store.store_token(a_token())
        tokens.revoke_of_application(SCRIPT, NOW)
        store.client(SCRIPT.client_id)
        store.store_token(a_token(NUMBER + 1))
        first, second = store.token(NUMBER), store.token(NUMBER + 1)
        assert first is not None
        assert second is not None
        assert (first.ended_at, second.ended_at) == (NOW, None)
