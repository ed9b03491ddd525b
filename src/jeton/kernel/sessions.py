"""Login sessions of the console, and how long one lasts. security.md 7.3."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from jeton.kernel.ids import PrincipalId
from jeton.kit.clock import HOUR, MINUTE, Instant

IDLE: Final = 60 * MINUTE
LONGEST: Final = 24 * HOUR
FRESH: Final = 15 * MINUTE
"""How long a shown password lasts for what weighs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSession:
    """A person's browser, logged in. `proved_at` is when the password was last shown."""

    id: int
    user: PrincipalId
    digest: bytes
    csrf: str
    started_at: Instant
    seen_at: Instant
    proved_at: Instant
    user_agent: str


class LoginSessions(Protocol):
    """Login sessions of the console."""

    def find(self, session_id: int) -> LoginSession | None:
        """The session under this id."""

    def of_user(self, user: PrincipalId) -> Sequence[LoginSession]:
        """A person's sessions, over or not, the one that was used last first."""

    def add(self, session: LoginSession) -> None:
        """Keep a new session."""

    def seen(self, session_id: int, now: Instant) -> None:
        """Note that it was used."""

    def proved(self, session_id: int, now: Instant) -> None:
        """Note that the password was shown again."""

    def end(self, session_id: int) -> None:
        """End one session."""

    def end_of_user(self, user: PrincipalId, *, besides: int | None = None) -> int:
        """End a person's sessions but one; how many there were."""


def is_over(session: LoginSession, now: Instant) -> bool:
    """Whether it was idle for too long, or lasted long enough."""
    return now >= session.seen_at + IDLE or now >= session.started_at + LONGEST
