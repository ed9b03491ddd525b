"""What is seen of files: `kernel.previews.Previews` in SQL. It goes when the bytes go (`blobs.unlinked`)."""

import json
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from jeton.kernel.ids import BlobId
from jeton.kernel.previews import ContentKind, Facts, Rendition
from jeton.storage.sql.schema.previews import content_facts, previews
from jeton.storage.sql.schema.tree import blob_doomed, versions
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql


def _facts(kind: str, pages: int, meta: str) -> Facts:
    return Facts(ContentKind(kind), pages, json.loads(meta))


def _rendition(of: int, side: int, blob: int, size_bytes: int, sha256: str, media_type: str) -> Rendition:
    return Rendition(BlobId(of), side, BlobId(blob), size_bytes, sha256, media_type)


FACTS: Final = Sql(
    select(content_facts.c.kind, content_facts.c.pages, content_facts.c.meta).where(
        content_facts.c.of_blob == bindparam("of")
    ),
    _facts,
)
RENDITION: Final = Sql(
    select(*previews.columns).where(previews.c.of_blob == bindparam("of"), previews.c.side == bindparam("pixels")),
    _rendition,
)
EVERY_RENDITION: Final = Sql(select(*previews.columns), _rendition)
IS_NAMED: Final = Sql(select(versions.c.id).where(versions.c.blob_id == bindparam("of")).limit(1), int)
# PostgreSQL's ON CONFLICT, which SQLite reads too.
KEEP_FACTS: Final = Sql(insert(content_facts).on_conflict_do_nothing())
KEEP_RENDITION: Final = Sql(insert(previews).on_conflict_do_nothing())
DOOM_RENDITIONS: Final = Sql(
    insert(blob_doomed)
    .from_select(
        ["blob_id", "since"],
        select(previews.c.blob_id, bindparam("since")).where(previews.c.of_blob == bindparam("of")),
    )
    .on_conflict_do_nothing()
)
FORGET_RENDITIONS: Final = Sql(delete(previews).where(previews.c.of_blob == bindparam("of")))
FORGET_FACTS: Final = Sql(delete(content_facts).where(content_facts.c.of_blob == bindparam("of")))


class SqlPreviews:
    """See `kernel.previews.Previews`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def facts(self, of: BlobId) -> Facts | None:
        return self._session.one(FACTS, of=of)

    def rendition(self, of: BlobId, side: int) -> Rendition | None:
        return self._session.one(RENDITION, of=of, pixels=side)

    def is_named(self, of: BlobId) -> bool:
        return self._session.one(IS_NAMED, of=of) is not None

    def keep_facts(self, of: BlobId, facts: Facts) -> None:
        meta = json.dumps(dict(facts.meta), sort_keys=True)
        self._session.run(KEEP_FACTS, of_blob=of, kind=facts.kind.value, pages=facts.pages, meta=meta)

    def keep_rendition(self, rendition: Rendition) -> bool:
        kept = self._session.run(
            KEEP_RENDITION,
            of_blob=rendition.of,
            side=rendition.side,
            blob_id=rendition.blob,
            size_bytes=rendition.size_bytes,
            sha256=rendition.sha256,
            media_type=rendition.media_type,
        )
        return kept == 1


def forget(session: Session, of: BlobId, now: int) -> None:
    """Bytes are gone: forget what was seen of them, and doom the drawings."""
    session.run(DOOM_RENDITIONS, of=of, since=now)
    session.run(FORGET_RENDITIONS, of=of)
    session.run(FORGET_FACTS, of=of)
