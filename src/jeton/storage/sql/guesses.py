"""The guessing limiter: `kernel.ports.Guesses` in SQL. How long to wait is decided by `kernel.guesses`.

Only digests of the keys are kept: a key may hold what somebody typed where a login was asked.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from jeton.kernel.guesses import FORGOTTEN_AFTER, wait_after
from jeton.kit.clock import SECOND, Instant
from jeton.storage.sql.schema.people import guesses
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql


class _Count(NamedTuple):
    misses: int
    missed_at: Instant
    open_at: Instant


FIND = Sql(
    select(guesses.c.misses, guesses.c.missed_at, guesses.c.open_at).where(guesses.c.digest == bindparam("digest")),
    _Count,
)
ADD = Sql(insert(guesses))
CHANGE = Sql(
    update(guesses)
    .where(guesses.c.digest == bindparam("digest"))
    .values(misses=bindparam("misses"), missed_at=bindparam("missed_at"), open_at=bindparam("open_at")),
)
FORGET = Sql(delete(guesses).where(guesses.c.digest == bindparam("digest")))
SWEEP = Sql(
    delete(guesses).where(
        guesses.c.digest.in_(
            select(guesses.c.digest).where(guesses.c.missed_at < bindparam("before")).limit(bindparam("limit"))
        )
    ),
)


class SqlGuesses:
    """See `kernel.ports.Guesses`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def wait_s(self, keys: Sequence[str], now: Instant) -> int:
        waits = [0]
        for key in keys:
            count = self._session.one(FIND, digest=_digest(key))
            if count is not None:
                left = -((now - count.open_at) // SECOND)  # rounded up
                waits.append(min(left, wait_after(key, count.misses)))  # the clock may have been set back since
        return max(waits)

    def missed(self, keys: Sequence[str], now: Instant) -> None:
        for key in keys:
            digest = _digest(key)
            count = self._session.one(FIND, digest=digest)
            fresh = count is None or now - count.missed_at >= FORGOTTEN_AFTER
            misses = 1 if count is None or fresh else count.misses + 1
            self._session.run(
                ADD if count is None else CHANGE,
                digest=digest,
                misses=misses,
                missed_at=now,
                open_at=now + wait_after(key, misses) * SECOND,
            )

    def forget(self, key: str) -> None:
        self._session.run(FORGET, digest=_digest(key))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
