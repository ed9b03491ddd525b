"""Holds on blobs: while one lasts, what is doomed stays on the disk, since a backup's snapshot may name it.

A hold is a row that ends by itself, so that a backup that was killed delays the sweeper and never stops it. Whoever
holds first and looks afterwards is safe: what was unlinked before had lost its name before.
"""

from typing import Final

from sqlalchemy import bindparam, delete, insert, update

from jeton.kit.clock import HOUR, MINUTE, Instant
from jeton.storage.sql.schema.tree import blob_holds
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

LASTS: Final = 6 * HOUR
"""Longer than one file takes to be copied."""
RENEWED_EVERY: Final = 10 * MINUTE

_HOLD: Final = Sql(insert(blob_holds))
_RENEW: Final = Sql(
    update(blob_holds)
    .where(blob_holds.c.id == bindparam("number"), blob_holds.c.until > bindparam("now"))
    .values(until=bindparam("end"))
)
_RELEASE: Final = Sql(delete(blob_holds).where(blob_holds.c.id == bindparam("number")))
_SWEEP: Final = Sql(delete(blob_holds).where(blob_holds.c.until < bindparam("now")))


def hold(session: Session, number: int, now: Instant) -> None:
    """Keep every blob on the disk from here on."""
    session.run(_SWEEP, now=now)
    session.run(_HOLD, id=number, until=now + LASTS)


def renew(session: Session, number: int, now: Instant) -> bool:
    """Go on; False when the hold had ended meanwhile."""
    return session.run(_RENEW, number=number, now=now, end=now + LASTS) == 1


def release(session: Session, number: int) -> None:
    """Let the sweeper go on."""
    session.run(_RELEASE, number=number)
