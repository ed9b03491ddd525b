"""The ledger of blobs: which are coming, and which are to go. Satisfies kernel.treeport.BlobLedger.

A blob is announced before it is written and settled when a row names it; deleting dooms it in the transaction that
takes the row away, and it is unlinked later (decisions.md, "Blobs").
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from jeton.kernel.ids import BlobId
from jeton.kit.clock import DAY, Instant
from jeton.storage.sql.previews import forget
from jeton.storage.sql.schema.tree import blob_doomed, blob_holds, blob_intents
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

INTEND = Sql(insert(blob_intents))
SETTLE = Sql(delete(blob_intents).where(blob_intents.c.blob_id == bindparam("blob_id")))
# PostgreSQL's ON CONFLICT, which SQLite reads too: what is doomed already stays so.
DOOM = Sql(insert(blob_doomed).on_conflict_do_nothing())
ABANDONED = Sql(
    select(blob_intents.c.blob_id)
    .where(blob_intents.c.since < bindparam("before"))
    .order_by(blob_intents.c.blob_id)
    .limit(bindparam("limit")),
    BlobId,
)
DOOMED = Sql(
    select(blob_doomed.c.blob_id)
    .where(~exists().where(blob_holds.c.until > bindparam("now")), blob_doomed.c.since <= bindparam("now"))
    .order_by(blob_doomed.c.blob_id)
    .limit(bindparam("limit")),
    BlobId,
)
UNLINKED = Sql(delete(blob_doomed).where(blob_doomed.c.blob_id == bindparam("blob_id")))
PUT_OFF: Final = tuple(
    Sql(update(table).where(table.c.blob_id == bindparam("blob")).values(since=bindparam("since")))
    for table in (blob_intents, blob_doomed)
)
PUT_OFF_FOR: Final[Instant] = DAY
EVERY_INTENT: Final = Sql(select(blob_intents.c.blob_id), BlobId)


class SqlBlobLedger:
    """See `kernel.treeport.BlobLedger`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def intend(self, blob: BlobId, now: Instant) -> None:
        self._session.run(INTEND, blob_id=blob, since=now)

    def settled(self, blob: BlobId) -> bool:
        return self._session.run(SETTLE, blob_id=blob) == 1

    def abandon(self, blob: BlobId) -> None:
        self._session.run(SETTLE, blob_id=blob)

    def doom(self, blob: BlobId, now: Instant) -> None:
        self._session.run(DOOM, blob_id=blob, since=now)

    def abandoned_since(self, before: Instant, limit: int) -> Sequence[BlobId]:
        return self._session.all(ABANDONED, before=before, limit=limit)

    def doomed(self, now: Instant, limit: int) -> Sequence[BlobId]:
        return self._session.all(DOOMED, now=now, limit=limit)

    def put_off(self, blob: BlobId, now: Instant) -> None:
        for sql in PUT_OFF:
            self._session.run(sql, blob=blob, since=now + PUT_OFF_FOR)

    def unlinked(self, blob: BlobId, now: Instant) -> None:
        forget(self._session, blob, now)
        self._session.run(UNLINKED, blob_id=blob)
