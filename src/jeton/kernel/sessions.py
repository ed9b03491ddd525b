"""How long a login session lasts. Source: security.md 7.3."""

from typing import Final

from jeton.kernel.ports import LoginSession
from jeton.kit.clock import HOUR, MINUTE, Instant

IDLE: Final = 60 * MINUTE
LONGEST: Final = 24 * HOUR
FRESH: Final = 15 * MINUTE
"""How long a shown password lasts for what weighs."""


def is_over(session: LoginSession, now: Instant) -> bool:
    """Whether it was idle for too long, or lasted long enough."""
    return now >= session.seen_at + IDLE or now >= session.started_at + LONGEST
