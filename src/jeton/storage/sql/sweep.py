"""Rows whose time is over are taken away here, a few at a time. Nothing depends on it but the size of the tables."""

from collections.abc import Callable
from typing import Final

from jeton.kernel.guesses import FORGOTTEN_AFTER
from jeton.kernel.kept_answers import KEPT
from jeton.kernel.metering import minute_of
from jeton.kit.clock import DAY, Instant
from jeton.storage.sql import (
    browsers,
    file_tokens,
    grants,
    guesses,
    invitations,
    kept_answers,
    login_sessions,
    request_counts,
    requests,
    tickets,
    tokens,
)
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_SESSION_KEPT: Final = 2 * DAY
"""Longer than a login session can live (a day)."""

_INVITATION_KEPT: Final = 30 * DAY
"""So long after its end, who invited still sees that nobody came."""


def sweep_tokens(session: Session, now: Instant, limit: int) -> int:
    """Forget tokens that ended long ago, at most `limit` of the oldest; how many."""
    return session.run(tokens.SWEEP, before=now - tokens.KEPT_AFTER_END, limit=limit)


Take = Callable[[Session, Instant, int], int]
"""Forgets at most so many rows; how many it were."""


def _older(sql: Sql[None], kept: Instant = 0) -> Take:
    return lambda session, now, limit: session.run(sql, before=now - kept, limit=limit)


SWEEPS: Final[tuple[Take, ...]] = (
    sweep_tokens,
    _older(login_sessions.SWEEP, _SESSION_KEPT),
    _older(invitations.SWEEP, _INVITATION_KEPT),
    _older(grants.SWEEP_CODES, grants.KEPT_AFTER_END),
    _older(grants.SWEEP_REFRESH, grants.KEPT_AFTER_END),
    _older(requests.SWEEP_PUSHED, requests.KEPT_AFTER_END),
    _older(requests.SWEEP_DEVICES, requests.KEPT_AFTER_END),
    _older(requests.SWEEP_REPLAYS),
    _older(tickets.SWEEP),
    _older(file_tokens.SWEEP),
    _older(guesses.SWEEP, FORGOTTEN_AFTER),
    _older(browsers.SWEEP),
    _older(kept_answers.SWEEP, KEPT),
    lambda session, now, limit: 0 * session.run(request_counts.SWEEP, before=minute_of(now) - 1),
)
"""Each in a transaction of its own, as long as it takes as many as it may."""


def sweep(session: Session, now: Instant, *, limit: int = 500) -> int:
    """Forget what is over, at most `limit` of each kind; how many in all."""
    return sum(take(session, now, limit) for take in SWEEPS)
