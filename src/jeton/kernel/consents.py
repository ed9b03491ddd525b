"""Consents: which person lets which application act for them, and how far. Values and the port; no use cases here."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from jeton.kernel.applications import Application
from jeton.kernel.ids import ClientId, PrincipalId
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import Instant


class Consent(NamedTuple):
    """What a person allows an application, as both see it. `scopes` are within what the application holds now."""

    client_id: ClientId
    name: str
    editor: str
    editor_url: str
    scopes: Scopes
    given_at: Instant
    last_used_at: Instant | None


class Consenter(NamedTuple):
    """A person who allows an application to act for them, as its administrators see it."""

    user: PrincipalId
    login: str
    name: str
    scopes: Scopes
    given_at: Instant
    last_used_at: Instant | None


class Consents(Protocol):
    """The consents."""

    def find(self, user: PrincipalId, client: ClientId) -> Scopes | None:
        """What a person allows an application; None: nothing."""

    def of_user(self, user: PrincipalId) -> Sequence[Consent]:
        """All that a person gave, by the application's name."""

    def of_application(self, application: Application, *, limit: int) -> tuple[Sequence[Consenter], int]:
        """Who allows an application something, the latest first, and how many they are in all."""

    def keep(self, user: PrincipalId, client: ClientId, scopes: Scopes, now: Instant) -> None:
        """Set what a person allows an application."""

    def narrow(self, user: PrincipalId, client: ClientId, scopes: Scopes, now: Instant) -> None:
        """Take back all but `scopes`: all that came of it, tokens and codes, reaches no further from now on."""

    def withdraw(self, user: PrincipalId, client: ClientId, now: Instant) -> bool:
        """Take it back: every token and code that came of it ends. False when there was none."""
