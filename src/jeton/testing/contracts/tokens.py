"""What every `kernel.ports.IssuedTokens` and `Bearers` do.

Fixtures: `tokens`, `bearers`, `applications` and `people`, empty and of one transaction; `keep_token`, which stores a
token as the authorization server does.
"""

from typing import Final, Protocol

import pytest

from jeton.kernel.applications import Application, ApplicationType
from jeton.kernel.caller import CallerKind
from jeton.kernel.ids import PrincipalId, TokenId
from jeton.kernel.ports import Applications, Bearers, IssuedTokens, People
from jeton.kernel.scopes import NO_SCOPES, Scopes
from jeton.kit.clock import HOUR, SECOND, Instant
from jeton.testing.contracts.values import NOW, a_user, an_application

ANA: Final = PrincipalId(3)
SCRIPT: Final = an_application(7, "Script")
PORTAL: Final = an_application(8, "Portal", principal=None, type=ApplicationType.CLIENT)
FILES: Final = Scopes.parse("files.readwrite files.read")
FIRST: Final = TokenId(1001)
SECOND_ONE: Final = TokenId(1002)
END: Final = NOW + 24 * HOUR


class KeepToken(Protocol):
    """Stores a token of 86,400 seconds with the scopes of files."""

    def __call__(
        self, number: TokenId, application: Application, *, user: PrincipalId | None = None, at: Instant = NOW
    ) -> None: ...


class BearersContract:
    """See the module."""

    @pytest.fixture(autouse=True)
    def world(self, applications: Applications, people: People) -> None:
        applications.add(SCRIPT)
        applications.add(PORTAL)
        people.add(a_user(ANA, "ana", firstname="Ana", lastname="López", language="fr"))

    def test_a_server_applications_token_calls_as_the_application(
        self, bearers: Bearers, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, SCRIPT)
        bearer = bearers.find(FIRST)
        assert bearer is not None
        assert (bearer.expires_at, bearer.revoked_at) == (END, None)
        assert (bearer.is_application_suspended, bearer.is_person_active) == (False, True)
        caller = bearer.caller
        assert (caller.kind, caller.principal, caller.name) == (CallerKind.SERVER, SCRIPT.principal, "Script")
        assert (caller.client_id, caller.token_id, caller.scopes) == (SCRIPT.client_id, FIRST, FILES)
        assert caller.administers

    def test_a_persons_token_calls_as_the_person(self, bearers: Bearers, keep_token: KeepToken) -> None:
        keep_token(FIRST, PORTAL, user=ANA)
        bearer = bearers.find(FIRST)
        assert bearer is not None
        caller = bearer.caller
        assert (caller.kind, caller.principal, caller.name) == (CallerKind.PERSON, ANA, "Ana López")
        assert (caller.client_id, caller.language, caller.is_administrator) == (PORTAL.client_id, "fr", False)
        assert not caller.administers

    def test_each_token_has_its_own_digest(self, bearers: Bearers, keep_token: KeepToken) -> None:
        keep_token(FIRST, SCRIPT)
        keep_token(SECOND_ONE, SCRIPT)
        first, second = bearers.find(FIRST), bearers.find(SECOND_ONE)
        assert first is not None
        assert second is not None
        assert first.digest != second.digest
        assert len(first.digest) == 32

    def test_an_unknown_number_is_nobodys(self, bearers: Bearers) -> None:
        assert bearers.find(FIRST) is None

    def test_narrowing_the_registration_narrows_what_was_given(
        self, bearers: Bearers, applications: Applications, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, SCRIPT)
        applications.change(SCRIPT._replace(scopes=Scopes.parse("files.read users.read")))
        bearer = bearers.find(FIRST)
        assert bearer is not None
        assert bearer.caller.scopes == Scopes.parse("files.read")

    def test_widening_the_registration_widens_nothing_that_was_given(
        self, bearers: Bearers, applications: Applications, keep_token: KeepToken
    ) -> None:
        applications.change(SCRIPT._replace(scopes=NO_SCOPES))
        keep_token(FIRST, SCRIPT)
        applications.change(SCRIPT)
        bearer = bearers.find(FIRST)
        assert bearer is not None
        assert bearer.caller.scopes == FILES

    def test_suspending_an_application_shows_at_once(
        self, bearers: Bearers, applications: Applications, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, SCRIPT)
        applications.change(SCRIPT._replace(is_suspended=True))
        bearer = bearers.find(FIRST)
        assert bearer is not None
        assert bearer.is_application_suspended is True

    def test_disabling_a_person_shows_at_once(self, bearers: Bearers, people: People, keep_token: KeepToken) -> None:
        keep_token(FIRST, PORTAL, user=ANA)
        people.change(a_user(ANA, "ana", is_active=False))
        bearer = bearers.find(FIRST)
        assert bearer is not None
        assert bearer.is_person_active is False

    def test_nobody_stands_behind_a_removed_application(
        self, bearers: Bearers, applications: Applications, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, SCRIPT)
        applications.remove(SCRIPT)
        assert bearers.find(FIRST) is None

    def test_nobody_stands_behind_a_removed_person(
        self, bearers: Bearers, people: People, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, PORTAL, user=ANA)
        people.remove(ANA)
        bearer = bearers.find(FIRST)
        assert bearer is None or not bearer.is_person_active

    def test_a_token_without_a_person_never_makes_a_client_application_a_server(
        self, bearers: Bearers, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, PORTAL)
        bearer = bearers.find(FIRST)
        assert bearer is None or not bearer.is_person_active

    def test_a_revoked_token_tells_since_when(
        self, bearers: Bearers, tokens: IssuedTokens, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, SCRIPT)
        tokens.revoke(FIRST, NOW + SECOND)
        bearer = bearers.find(FIRST)
        assert bearer is not None
        assert bearer.revoked_at == NOW + SECOND

    def test_revoking_all_of_an_application_ends_those_given_before_and_none_given_after(
        self, bearers: Bearers, tokens: IssuedTokens, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, SCRIPT)
        tokens.revoke_of_application(SCRIPT, NOW)
        keep_token(SECOND_ONE, SCRIPT)  # at the very same instant
        first, second = bearers.find(FIRST), bearers.find(SECOND_ONE)
        assert first is not None
        assert second is not None
        assert (first.revoked_at, second.revoked_at) == (NOW, None)

    def test_revoking_all_of_a_person_ends_them_whatever_the_application(
        self, bearers: Bearers, tokens: IssuedTokens, keep_token: KeepToken
    ) -> None:
        keep_token(FIRST, PORTAL, user=ANA)
        tokens.revoke_of_user(ANA, NOW)
        keep_token(SECOND_ONE, PORTAL, user=ANA)
        first, second = bearers.find(FIRST), bearers.find(SECOND_ONE)
        assert first is not None
        assert second is not None
        assert (first.revoked_at, second.revoked_at) == (NOW, None)


class IssuedTokensContract:
    """See the module."""

    @pytest.fixture(autouse=True)
    def world(self, applications: Applications, people: People) -> None:
        applications.add(SCRIPT)
        applications.add(PORTAL)
        people.add(a_user(ANA, "ana"))

    def test_a_token_is_found_with_what_a_listing_shows(self, tokens: IssuedTokens, keep_token: KeepToken) -> None:
        keep_token(FIRST, PORTAL, user=ANA)
        found = tokens.find(FIRST)
        assert found is not None
        assert (found.id, found.client_id, found.application_name) == (FIRST, PORTAL.client_id, "Portal")
        assert (found.user, found.scopes) == (ANA, FILES)
        assert (found.issued_at, found.expires_at, found.revoked_at, found.last_used_at) == (NOW, END, None, None)
        assert tokens.find(SECOND_ONE) is None

    def test_live_tokens_of_an_application_are_listed_the_newest_first(
        self, tokens: IssuedTokens, keep_token: KeepToken
    ) -> None:
        for number in range(5):
            keep_token(TokenId(1000 + number), SCRIPT)
        keep_token(TokenId(2000), PORTAL, user=ANA)
        assert [token.id for token in tokens.of_application(SCRIPT, NOW, limit=3)] == [1004, 1003, 1002]
        assert [token.id for token in tokens.of_application(PORTAL, NOW)] == [2000]
        assert tokens.count_live(SCRIPT, NOW) == 5

    def test_what_is_over_is_not_live(self, tokens: IssuedTokens, keep_token: KeepToken) -> None:
        keep_token(FIRST, SCRIPT)
        keep_token(SECOND_ONE, SCRIPT, at=NOW + HOUR)
        assert [token.id for token in tokens.of_application(SCRIPT, END - 1)] == [SECOND_ONE, FIRST]
        assert [token.id for token in tokens.of_application(SCRIPT, END)] == [SECOND_ONE]
        assert tokens.revoke(SECOND_ONE, END)
        assert tokens.count_live(SCRIPT, END) == 0
        assert tokens.of_application(SCRIPT, END) == []

    def test_a_token_is_revoked_once(self, tokens: IssuedTokens, keep_token: KeepToken) -> None:
        keep_token(FIRST, SCRIPT)
        assert not tokens.revoke(SECOND_ONE, NOW)
        assert tokens.revoke(FIRST, NOW)
        assert not tokens.revoke(FIRST, NOW + SECOND)
        found = tokens.find(FIRST)
        assert found is not None
        assert found.revoked_at == NOW

    def test_what_is_over_is_not_revoked(self, tokens: IssuedTokens, keep_token: KeepToken) -> None:
        keep_token(FIRST, SCRIPT)
        assert not tokens.revoke(FIRST, END)

    def test_all_of_an_application_end_together_and_are_counted(
        self, tokens: IssuedTokens, keep_token: KeepToken
    ) -> None:
        for number in range(3):
            keep_token(TokenId(1000 + number), SCRIPT)
        keep_token(TokenId(2000), PORTAL, user=ANA)
        tokens.revoke(TokenId(1000), NOW)
        assert tokens.revoke_of_application(SCRIPT, NOW) == 2
        assert tokens.revoke_of_application(SCRIPT, NOW) == 0
        assert tokens.of_application(SCRIPT, NOW) == []
        assert tokens.count_live(PORTAL, NOW) == 1
        assert not tokens.revoke(TokenId(1001), NOW)

    def test_all_of_a_person_end_together_and_are_counted(
        self, tokens: IssuedTokens, keep_token: KeepToken, people: People
    ) -> None:
        bob = PrincipalId(4)
        people.add(a_user(bob, "bob"))
        keep_token(FIRST, PORTAL, user=ANA)
        keep_token(SECOND_ONE, PORTAL, user=bob)
        assert tokens.revoke_of_user(ANA, NOW) == 1
        assert tokens.revoke_of_user(ANA, NOW) == 0
        assert [token.id for token in tokens.of_application(PORTAL, NOW)] == [SECOND_ONE]

    def test_last_use_only_goes_forward(self, tokens: IssuedTokens, keep_token: KeepToken) -> None:
        keep_token(FIRST, SCRIPT)
        for at in (NOW + SECOND, NOW):
            tokens.used(FIRST, at)
        found = tokens.find(FIRST)
        assert found is not None
        assert found.last_used_at == NOW + SECOND
