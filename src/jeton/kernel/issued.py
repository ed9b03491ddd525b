"""Tokens that are out, as those who watch over them see them, and as the guard sees whoever shows one: ports."""

from collections.abc import Sequence
from typing import Protocol

from jeton.kernel.applications import Application, IssuedToken
from jeton.kernel.caller import Bearer
from jeton.kernel.ids import PrincipalId, TokenId
from jeton.kit.clock import Instant


class IssuedTokens(Protocol):
    """Tokens as those who watch over them see them."""

    def of_application(self, application: Application, now: Instant, *, limit: int = 200) -> Sequence[IssuedToken]:
        """Its live tokens, the newest first."""

    def count_live(self, application: Application, now: Instant) -> int:
        """How many are live."""

    def find(self, token: TokenId) -> IssuedToken | None:
        """One token."""

    def give(
        self,
        application: Application,
        user: PrincipalId,
        token: TokenId,
        digest: bytes,
        *,
        expires_at: Instant,
        now: Instant,
    ) -> None:
        """Keep a token of all that an application may do, which acts as a person."""

    def of_user(self, user: PrincipalId, now: Instant, *, limit: int = 200) -> Sequence[IssuedToken]:
        """The live tokens that act as a person, the newest first."""

    def revoke(self, token: TokenId, now: Instant) -> bool:
        """End one token, and all that came of the same authorization; whether it was live."""

    def revoke_refresh(self, number: int, digest: bytes, now: Instant) -> bool:
        """End all of an authorization by its refresh token; whether there is one."""

    def used(self, token: TokenId, at: Instant) -> None:
        """Note that a token was used."""

    def revoke_of_application(self, application: Application, now: Instant) -> int:
        """End all of an application; how many were live."""

    def revoke_some(
        self, application: Application, now: Instant, *, user: PrincipalId | None, before: Instant | None
    ) -> int:
        """End the live tokens, and refresh tokens, of an application: of one person, if given; given before an instant,
        if given. How many tokens."""

    def revoke_of_user(self, user: PrincipalId, now: Instant) -> int:
        """End all that act as a user; how many were live."""


class Bearers(Protocol):
    """Whoever shows a token."""

    def find(self, token: TokenId) -> Bearer | None:
        """What stands behind a token's number, live or not."""
