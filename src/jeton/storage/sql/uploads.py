"""Uploads that take more than one request: kernel.uploads.Uploads in SQL.

Who writes holds a lease with a fencing number. Each change names the number and the offset that it was made from, so
that one who was overtaken changes nothing.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from jeton.kernel.caller import Caller
from jeton.kernel.ids import BlobId, ClientId, FileId, FolderId, PrincipalId
from jeton.kernel.uploads import KEPT, LEASE, OpenUpload, UploadKind
from jeton.kit.clock import Instant
from jeton.storage.sql.blobs import SqlBlobLedger
from jeton.storage.sql.numbers import NODE, next_number
from jeton.storage.sql.reservations import reserve
from jeton.storage.sql.schema.uploads import uploads
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql, in_list


def _upload(number: int, key: str, kind: str, principal: int, client_id: str, *rest: Any) -> OpenUpload:
    # The columns of the table, in its order.
    return OpenUpload(number, key, UploadKind(kind), PrincipalId(principal), ClientId(client_id) or None, *rest)


_ALL: Final = select(*uploads.c)
_is_open: Final = uploads.c.finished_at.is_(None) & uploads.c.blob_id.is_not(None)
_is_theirs: Final = (uploads.c.principal_id == bindparam("principal")) & (uploads.c.client_id == bindparam("client"))
_this: Final = uploads.c.id == bindparam("which")
_as_leased: Final = (uploads.c.fence == bindparam("was_fence")) & (uploads.c.offset_bytes == bindparam("was_offset"))

FIND: Final = Sql(_ALL.where(uploads.c.key == bindparam("key")), _upload)
PROMISED: Final = Sql(
    _ALL.where(uploads.c.file_id == bindparam("file"), uploads.c.kind == UploadKind.PLACEHOLDER.value), _upload
)
IN_CHUNKS: Final = Sql(
    _ALL.where(
        _is_theirs,
        uploads.c.kind == UploadKind.CHUNKS.value,
        uploads.c.folder_id == bindparam("folder"),
        uploads.c.name == bindparam("name"),
        uploads.c.size_bytes == bindparam("size"),
        uploads.c.chunks == bindparam("chunks"),
    )
    .order_by(uploads.c.id.desc())
    .limit(1),
    _upload,
)
COUNT: Final = Sql(select(func.count()).select_from(uploads).where(_is_theirs, _is_open), int)
ADD: Final = Sql(insert(uploads))
LEASE_IT: Final = Sql(
    update(uploads)
    .where(_this, _as_leased, uploads.c.leased_until <= bindparam("now"), _is_open)
    .values(fence=uploads.c.fence + 1, leased_until=bindparam("until"))
)
ADVANCE: Final = Sql(
    update(uploads)
    .where(_this, _as_leased, _is_open)
    .values(
        offset_bytes=bindparam("offset"),
        position=bindparam("next"),
        leased_until=bindparam("until"),
        expires_at=bindparam("expires"),
    )
)
DESCRIBE: Final = Sql(update(uploads).where(_this).values(metadata=bindparam("told"), expires_at=bindparam("expires")))
RESTART: Final = Sql(
    update(uploads)
    .where(_this)
    .values(
        blob_id=bindparam("blob"),
        offset_bytes=0,
        position=0,
        fence=uploads.c.fence + 1,
        leased_until=0,
        expires_at=bindparam("expires"),
    )
)
FINISH: Final = Sql(
    update(uploads)
    .where(_this)
    .values(
        file_id=bindparam("file"), finished_at=bindparam("now"), blob_id=None, leased_until=0,
        expires_at=bindparam("expires"),
    )
)  # fmt: skip
EMPTY: Final = Sql(update(uploads).where(_this).values(blob_id=None, expires_at=bindparam("expires")))
RESERVED: Final = Sql(update(uploads).where(_this).values(reserved_bytes=bindparam("size")))
DROP: Final = Sql(delete(uploads).where(_this))
DUE: Final = Sql(
    _ALL.where(uploads.c.expires_at <= bindparam("now"), uploads.c.blob_id.is_not(None))
    .order_by(uploads.c.expires_at)
    .limit(bindparam("limit")),
    _upload,
)
OVER: Final = Sql(
    select(uploads.c.id)
    .where(uploads.c.expires_at <= bindparam("before"), uploads.c.blob_id.is_(None))
    .limit(bindparam("limit")),
    int,
)
FORGET: Final = Sql(delete(uploads).where(in_list(uploads.c.id, "ids")))


class SqlUploads:
    """See `kernel.uploads.Uploads`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, key: str) -> OpenUpload | None:
        return self._session.one(FIND, key=key)

    def promised(self, file: FileId) -> OpenUpload | None:
        return self._session.one(PROMISED, file=file)

    def in_chunks(self, caller: Caller, folder: FolderId, name: str, size_bytes: int, chunks: int) -> OpenUpload | None:
        return self._session.one(
            IN_CHUNKS,
            principal=caller.principal,
            client=caller.client_id or "",
            folder=folder,
            name=name,
            size=size_bytes,
            chunks=chunks,
        )

    def count(self, caller: Caller) -> int:
        return self._session.one(COUNT, principal=caller.principal, client=caller.client_id or "") or 0

    def promise(self) -> FileId:
        return FileId(next_number(self._session, NODE))

    def add(self, upload: OpenUpload) -> None:
        values = [
            upload.id, upload.key, upload.kind.value, upload.principal, upload.client_id or "", *upload[5:]
        ]  # fmt: skip
        self._session.run(ADD, **dict(zip(uploads.c.keys(), values, strict=True)))
        reserve(self._session, upload.folder, upload.reserved_bytes)

    def lease(self, upload: OpenUpload, now: Instant) -> OpenUpload | None:
        until = now + LEASE
        is_let_in = self._session.run(
            LEASE_IT, which=upload.id, was_fence=upload.fence, was_offset=upload.offset_bytes, now=now, until=until
        )
        return upload._replace(fence=upload.fence + 1, leased_until=until) if is_let_in else None

    def advance(self, upload: OpenUpload, offset: int, now: Instant, *, position: int, goes_on: bool) -> bool:
        stands = self._session.run(
            ADVANCE,
            which=upload.id,
            was_fence=upload.fence,
            was_offset=upload.offset_bytes,
            offset=offset,
            next=position,
            until=now + LEASE if goes_on else 0,
            expires=now + KEPT,
        )
        return stands == 1

    def describe(self, upload: OpenUpload, metadata: str, now: Instant) -> None:
        self._session.run(DESCRIBE, which=upload.id, told=metadata, expires=now + KEPT)

    def restart(self, upload: OpenUpload, blob: BlobId, now: Instant) -> None:
        self._doom(upload, now)
        self._session.run(RESTART, which=upload.id, blob=blob, expires=now + KEPT)

    def finish(self, upload: OpenUpload, file: FileId, now: Instant) -> None:
        self.reserve(upload, 0)
        self._session.run(FINISH, which=upload.id, file=file, now=now, expires=now + KEPT)

    def reserve(self, upload: OpenUpload, size_bytes: int) -> None:
        if size_bytes != upload.reserved_bytes:
            self._session.run(RESERVED, which=upload.id, size=size_bytes)
            reserve(self._session, upload.folder, size_bytes - upload.reserved_bytes)

    def drop(self, upload: OpenUpload, now: Instant) -> None:
        self._let_go(upload, now)
        self._session.run(DROP, which=upload.id)

    def expire(self, upload: OpenUpload, now: Instant) -> None:
        self._let_go(upload, now)
        self._session.run(EMPTY, which=upload.id, expires=upload.expires_at)

    def due(self, now: Instant, limit: int) -> Sequence[OpenUpload]:
        return self._session.all(DUE, now=now, limit=limit)

    def forget(self, before: Instant, limit: int) -> int:
        ids = self._session.all(OVER, before=before, limit=limit)
        return self._session.run(FORGET, ids=self._session.bound(ids)) if ids else 0

    def _let_go(self, upload: OpenUpload, now: Instant) -> None:
        self.reserve(upload, 0)
        self._doom(upload, now)

    def _doom(self, upload: OpenUpload, now: Instant) -> None:
        if upload.blob is not None:
            SqlBlobLedger(self._session).doom(upload.blob, now)
