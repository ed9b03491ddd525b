"""What uploads that take more than one request share: how one is begun, and how one becomes a file."""

from jeton.families.documents.model.uploads import UploadLost
from jeton.families.documents.service.landing import Landing, land, landing_place, more_than
from jeton.kernel.caller import Caller
from jeton.kernel.ids import BlobId, FileId
from jeton.kernel.ports import Receipt, Work
from jeton.kernel.tree import SeenFile
from jeton.kernel.uploads import KEPT, MOST_OPEN, OpenUpload, TooManyUploads, UploadGone, UploadKind
from jeton.kit.mint import new_identifier


def open_upload(
    work: Work,
    caller: Caller,
    kind: UploadKind,
    landing: Landing,
    *,
    size_bytes: int | None,
    chunks: int = 0,
    file: FileId | None = None,
) -> OpenUpload:
    """Begin an upload: what it will take is reserved, when it is known.

    Raises: as `landing_place`; TooManyUploads.
    """
    _, there = landing_place(work, caller, landing, size_bytes or 0)
    if work.uploads.count(caller) >= MOST_OPEN:
        raise TooManyUploads(retry_after_s=60, most=MOST_OPEN)
    upload = new_upload(work, caller, kind, landing, size_bytes)._replace(
        chunks=chunks, reserved_bytes=max(more_than(there, size_bytes or 0), 0), file=file
    )
    work.uploads.add(upload)
    work.audit.record(caller, "upload.opened", upload.key, name=upload.name, kind=kind.value)
    return upload


def new_upload(work: Work, caller: Caller, kind: UploadKind, landing: Landing, size_bytes: int | None) -> OpenUpload:
    """An upload of which nothing has come."""
    return OpenUpload(
        id=work.mint.number(work.now),
        key=new_identifier(work.mint),
        kind=kind,
        principal=caller.principal,
        client_id=caller.client_id,
        folder=landing.folder,
        name=landing.name,
        size_bytes=size_bytes,
        md5=landing.announced_md5,
        created_at=landing.created_at,
        modified_at=landing.modified_at,
        chunks=0,
        position=0,
        metadata=None,
        blob=BlobId(work.mint.number(work.now)),
        offset_bytes=0,
        reserved_bytes=0,
        fence=0,
        leased_until=0,
        expires_at=work.now + KEPT,
        file=None,
        finished_at=None,
    )


def landing_of(upload: OpenUpload) -> Landing:
    """Where an upload goes, as it was announced."""
    return Landing(
        folder=upload.folder,
        name=upload.name,
        announced_size=upload.size_bytes,
        announced_md5=upload.md5,
        created_at=upload.created_at,
        modified_at=upload.modified_at,
        promised=upload.file if upload.finished_at is None else None,
    )


def must_be_open(work: Work, upload: OpenUpload) -> OpenUpload:
    """The upload, when its time is not over. Raises UploadGone."""
    if upload.finished_at is None and (upload.blob is None or upload.expires_at <= work.now):
        raise UploadGone
    return upload


def become_file(work: Work, caller: Caller, upload: OpenUpload, received: Receipt) -> SeenFile:
    """Make the file of an upload whose bytes are all there. Raises what `land` raises; UploadLost."""
    work.uploads.reserve(upload, 0)  # its own room is not in its way
    upload = upload._replace(reserved_bytes=0)
    if received.blob != upload.blob and not work.blobs.settled(received.blob):
        raise UploadLost
    seen = land(work, caller, landing_of(upload), received)
    if received.blob != upload.blob and upload.blob is not None:
        work.blobs.doom(upload.blob, work.now)
    work.uploads.finish(upload, seen.file.id, work.now)
    return seen


def repeated(work: Work, caller: Caller, upload: OpenUpload) -> SeenFile:
    """What a finished upload became, for who did not hear of it. Raises NoSuchFile when it is gone since."""
    assert upload.file is not None  # noqa: S101 - it is finished
    file, place = work.doors.brought_file(caller, upload.file)
    return SeenFile(file, work.doors.sight(caller, file, place))
