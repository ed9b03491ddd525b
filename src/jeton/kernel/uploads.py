"""Uploads that take more than one request: what was announced, what is there already, whose it is, who writes just now.

An upload's bytes lie in a blob that nothing else names; `offset_bytes` of them are durable. It ends by becoming a
version of a file, by being given up, or a day after it was last heard of. While it is open, the room that it will take
is reserved along the folders above it.
"""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.blobs import Inflow
from jeton.kernel.caller import OPERATOR, Caller
from jeton.kernel.ids import BlobId, ClientId, FileId, FolderId, PrincipalId
from jeton.kernel.problems import Conflict, Gone, InUse, Problem, TooMany, Unknown
from jeton.kit.clock import DAY, SECOND, Instant
from jeton.kit.text import sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Work

KEPT: Final[Instant] = DAY
"""How long an upload waits for its next bytes; and how long a finished one is remembered."""

LEASE: Final[Instant] = 10 * SECOND
"""How long who writes may go on without saying so again. It bounds the wait after a crash."""

MOST_OPEN: Final = 1000
"""Uploads that one application has open for one principal."""

_SWEEPER: Final = OPERATOR._replace(name="retention")


class UploadKind(Enum):
    """In which way the bytes come."""

    TUS = "tus"
    CHUNKS = "chunks"
    STREAM = "stream"
    PLACEHOLDER = "placeholder"


class OpenUpload(NamedTuple):
    """One upload. `size_bytes` and `md5` are what was announced, if it was.

    `position` is the next chunk of `chunks`. `metadata` is what a tus client said when it made the resource, None
    before. `blob` holds the bytes, None when there are none any more. `fence` counts those who were let in to write;
    the last may until `leased_until`. `file` is the version that it became, or (of a placeholder) will become.
    """

    id: int
    key: str
    kind: UploadKind
    principal: PrincipalId
    client_id: ClientId | None
    folder: FolderId
    name: str
    size_bytes: int | None
    md5: str | None
    created_at: Instant | None
    modified_at: Instant | None
    chunks: int
    position: int
    metadata: str | None
    blob: BlobId | None
    offset_bytes: int
    reserved_bytes: int
    fence: int
    leased_until: Instant
    expires_at: Instant
    file: FileId | None
    finished_at: Instant | None

    def is_of(self, caller: Caller) -> bool:
        """Whether the caller began it, through the same application."""
        return (self.principal, self.client_id) == (caller.principal, caller.client_id)


class NoSuchUpload(Unknown):
    """No upload under this key that the caller began."""

    code = "no_such_upload"
    sentence = sentence("There is no such upload. Begin a new one.")


class UploadGone(Gone):
    """The upload was given up, or its time is over."""

    code = "upload_gone"
    sentence = sentence("This upload is over, and its bytes are gone. Begin a new one.")


class OtherOffset(Conflict):
    """The bytes do not begin where those that are there end. `offset` says where that is."""

    code = "other_offset"
    sentence = sentence("{offset} bytes are there: go on from that offset.")


class TooManyUploads(TooMany):
    """Too many uploads are open at once."""

    code = "too_many_uploads"
    sentence = sentence("{most} uploads are open at once. Finish or cancel some.")


class Uploads(Protocol):
    """Where uploads are kept. What changes one also keeps the reservation above its folder in step."""

    def find(self, key: str) -> OpenUpload | None:
        """The upload under this key, over or not."""

    def promised(self, file: FileId) -> OpenUpload | None:
        """The placeholder that this number was told for."""

    def in_chunks(self, caller: Caller, folder: FolderId, name: str, size_bytes: int, chunks: int) -> OpenUpload | None:
        """The upload in chunks that a caller has under these, the one begun last: there is no key."""

    def count(self, caller: Caller) -> int:
        """How many a caller has open."""

    def promise(self) -> FileId:
        """The number of a version that is to come."""

    def add(self, upload: OpenUpload) -> None:
        """Keep a new one."""

    def lease(self, upload: OpenUpload, now: Instant) -> OpenUpload | None:
        """Let somebody write, with the next fencing number; None when somebody else may just now."""

    def advance(self, upload: OpenUpload, offset: int, now: Instant, *, position: int, goes_on: bool) -> bool:
        """Note that bytes up to `offset` are durable, if `upload` (as it was leased) still stands; whether it does.

        `goes_on` keeps the lease for another while; otherwise it ends.
        """

    def describe(self, upload: OpenUpload, metadata: str, now: Instant) -> None:
        """Keep what a tus client says of it."""

    def restart(self, upload: OpenUpload, blob: BlobId, now: Instant) -> None:
        """Begin again from nothing, in another blob; the bytes that were there are doomed."""

    def finish(self, upload: OpenUpload, file: FileId, now: Instant) -> None:
        """It became this version: the reservation ends, and the blob is the version's."""

    def reserve(self, upload: OpenUpload, size_bytes: int) -> None:
        """Reserve so much from now on."""

    def drop(self, upload: OpenUpload, now: Instant) -> None:
        """Forget it, with its bytes and its reservation."""

    def expire(self, upload: OpenUpload, now: Instant) -> None:
        """Take its bytes and its reservation away; that it was there is remembered for another while."""

    def due(self, now: Instant, limit: int) -> Sequence[OpenUpload]:
        """Those whose time is over and that hold something still."""

    def forget(self, before: Instant, limit: int) -> int:
        """Forget those whose time was over then; how many."""


def own_upload(uploads: Uploads, caller: Caller, key: str) -> OpenUpload:
    """The caller's upload under this key. Raises NoSuchUpload, also for that of somebody else."""
    found = uploads.find(key)
    if found is None or not found.is_of(caller):
        raise NoSuchUpload
    return found


def advanced(
    work: "Work", upload: OpenUpload, offset: int, *, goes_on: bool = False, position: int | None = None
) -> OpenUpload:
    """Note how far an upload is, under the lease that it was given. Raises UploadGone, OtherOffset."""
    place = upload.position if position is None else position
    if not work.uploads.advance(upload, offset, work.now, position=place, goes_on=goes_on):
        found = work.uploads.find(upload.key)
        raise UploadGone if found is None or found.blob is None else OtherOffset(offset=found.offset_bytes)
    return upload._replace(offset_bytes=offset, position=place, leased_until=upload.leased_until if goes_on else 0)


def leased(work: "Work", upload: OpenUpload) -> OpenUpload:
    """Let the caller write, and nobody else for now. Raises InUse."""
    let_in = work.uploads.lease(upload, work.now)
    if let_in is None:
        raise InUse
    return let_in


def lease_again(work: "Work", upload: OpenUpload) -> OpenUpload:
    """Go on where one let go. Raises NoSuchUpload, UploadGone, OtherOffset, InUse."""
    found = work.uploads.find(upload.key)
    if found is None:
        raise NoSuchUpload
    if found.blob is None:
        raise UploadGone
    if found.offset_bytes != upload.offset_bytes:
        raise OtherOffset(offset=found.offset_bytes)
    return leased(work, found)


def announce(work: "Work", most_bytes: int | None = None, beyond: Problem | None = None) -> Inflow:
    """A new blob for bytes that come in one request."""
    blob = BlobId(work.mint.number(work.now))
    work.blobs.intend(blob, work.now)
    return Inflow(blob=blob, most_bytes=most_bytes, beyond=beyond)


def expire(work: "Work", limit: int) -> int:
    """End uploads that nobody went on with, at most `limit`; how many."""
    due = work.uploads.due(work.now, limit)
    for upload in due:
        work.uploads.expire(upload, work.now)
        if upload.finished_at is None:
            work.audit.record(_SWEEPER, "upload.expired", upload.key, name=upload.name)
    return len(due) + work.uploads.forget(work.now - KEPT, limit)
