"""Rows whose time is over are taken away here, a few at a time. Nothing depends on it but the size of the tables."""

from typing import Final

from jeton.kernel.guesses import FORGOTTEN_AFTER
from jeton.kernel.metering import minute_of
from jeton.kit.clock import DAY, Instant
from jeton.storage.sql import (
    file_tokens,
    grants,
    guesses,
    invitations,
    login_sessions,
    request_counts,
    requests,
    tickets,
    tokens,
)
from jeton.storage.sql.session import Session

_SESSION_KEPT: Final = 2 * DAY
"""Longer than a login session can live (a day)."""

_INVITATION_KEPT: Final = 30 * DAY
"""So long after its end, who invited still sees that nobody came."""


def sweep_tokens(session: Session, now: Instant, limit: int) -> int:
    """Forget tokens that ended long ago, at most `limit` of the oldest; how many."""
    return session.run(tokens.SWEEP, before=now - tokens.KEPT_AFTER_END, limit=limit)


def sweep(session: Session, now: Instant, *, limit: int = 500) -> int:
    """Forget what is over, at most `limit` of each (tokens, sessions, invitations, tickets, misses); how many in all.

    Called again as long as it gives something, each time in a transaction of its own.
    """
    return (
        sweep_tokens(session, now, limit)
        + session.run(login_sessions.SWEEP, before=now - _SESSION_KEPT, limit=limit)
        + session.run(invitations.SWEEP, before=now - _INVITATION_KEPT, limit=limit)
        + session.run(grants.SWEEP_CODES, before=now - grants.KEPT_AFTER_END, limit=limit)
        + session.run(grants.SWEEP_REFRESH, before=now - grants.KEPT_AFTER_END, limit=limit)
        + session.run(requests.SWEEP_PUSHED, before=now - requests.KEPT_AFTER_END, limit=limit)
        + session.run(requests.SWEEP_DEVICES, before=now - requests.KEPT_AFTER_END, limit=limit)
        + session.run(requests.SWEEP_REPLAYS, before=now, limit=limit)
        + session.run(request_counts.SWEEP, before=minute_of(now) - 1)
        + session.run(tickets.SWEEP, before=now, limit=limit)
        + session.run(file_tokens.SWEEP, before=now, limit=limit)
        + session.run(guesses.SWEEP, before=now - FORGOTTEN_AFTER, limit=limit)
    )
