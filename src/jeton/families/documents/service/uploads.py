"""Uploads in one request, in chunks, and in one that another announced. Source: wire/files.md sections 6.1 to 6.6.

Those by tus are in `service.tus`.
"""

from jeton.families.documents.model.uploads import (
    CancelUpload,
    Chunk,
    ChunkInUse,
    ChunkTooEarly,
    Missing,
    Opened,
    OpenStream,
    OtherContent,
    PromiseFile,
    PutFile,
    PutStream,
    UploadDone,
    UploadFile,
    UploadLost,
)
from jeton.families.documents.service.landing import Landing, land, landing_place, more_than, most_bytes
from jeton.families.documents.service.opening import (
    become_file,
    landing_of,
    must_be_open,
    open_upload,
    repeated,
)
from jeton.kernel.caller import Caller
from jeton.kernel.ids import BlobId, NodeId
from jeton.kernel.ports import Inflow, Receipt, Work
from jeton.kernel.problems import Problem
from jeton.kernel.tree import Ancestor, File, Right, SeenFile
from jeton.kernel.uploads import (
    NoSuchUpload,
    OpenUpload,
    OtherOffset,
    UploadKind,
    advanced,
    announce,
    leased,
    own_upload,
)

_EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
_NOWHERE = Inflow(blob=BlobId(0), is_thrown_away=True)


def admit_upload(work: Work, caller: Caller, command: UploadFile | OpenStream) -> UploadFile | OpenStream:
    """Refuse early what the upload would be refused for at its end, so that its bytes need not come."""
    if isinstance(command, OpenStream):
        landing_place(work, caller, _of_stream(command), command.size_bytes or 0)
    elif command.chunk is None or (
        command.chunk.index == 0 and _in_chunks(work, caller, command, command.chunk) is None
    ):
        landing_place(work, caller, _of_form(command), command.announced_size or 0)
    return command


def begin_upload(work: Work, caller: Caller, command: UploadFile) -> Inflow:
    """Where the bytes of a form go. Raises what `landing_place` raises; TooManyUploads; ChunkInUse."""
    if command.chunk is not None:
        return _begin_chunk(work, caller, command, command.chunk)
    return announce(work, *most_bytes(work, caller, _of_form(command), command.announced_size))


def upload(work: Work, caller: Caller, command: UploadFile | OpenStream) -> SeenFile | list[Missing] | Opened | Problem:
    """Upload a file, or one chunk of it; as JSON, begin an upload whose bytes come by PUT.

    Under the name of a file that is there, a new version of it: a new id, the same guid.
    Raises: NoSuchFolder, RightMissing, BadName, NameTaken (a folder has the name), OverQuota, OtherContent, UploadLost;
    ChunkTooEarly, ChunkInUse; TooManyUploads.
    """
    if isinstance(command, OpenStream):
        begun = open_upload(work, caller, UploadKind.STREAM, _of_stream(command), size_bytes=command.size_bytes)
        return Opened(key=begun.key)
    if command.chunk is not None:
        return _take_chunk(work, caller, command, command.chunk)
    received = _received(command.received)
    if not work.blobs.settled(received.blob):
        raise UploadLost
    return land(work, caller, _of_form(command), received)


def begin_stream(work: Work, caller: Caller, command: PutStream) -> Inflow:
    """Where the bytes of a stream go. Raises: NoSuchUpload, UploadGone, OtherContent, InUse; as `landing_place`."""
    return _begin_whole(work, caller, _stream(work, caller, command), command.length)


def put_stream(work: Work, caller: Caller, command: PutStream) -> SeenFile:
    """Send the bytes of an upload that was begun as a stream; again, they must be the same.

    Raises: NoSuchUpload, UploadGone, UploadDone, OtherContent; as `landing_place`.
    """
    begun = _stream(work, caller, command)
    if begun.finished_at is None:
        return _end_whole(work, caller, command.inflow, _received(command.received))
    seen = repeated(work, caller, begun)
    if not _same_again(work, seen.file, _received(command.received)):
        raise UploadDone
    return seen


def promise_file(work: Work, caller: Caller, command: PromiseFile) -> SeenFile:
    """Announce a file, and learn its id: it is there for nobody until its bytes are.

    Raises: NoSuchFolder, RightMissing, BadName, NameTaken (a folder has the name), TooManyUploads.
    """
    number = work.uploads.promise()
    begun = open_upload(work, caller, UploadKind.PLACEHOLDER, _of_promise(command), size_bytes=None, file=number)
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.NONE)
    told = File(
        id=number,
        node=NodeId(0),
        guid="",
        parent=command.folder,
        name=command.name,
        owner=caller.principal,
        owner_name=caller.name,
        created_at=work.now if begun.created_at is None else begun.created_at,
        modified_at=work.now if begun.modified_at is None else begun.modified_at,
        size_bytes=0,
        md5=(begun.md5 or _EMPTY_MD5).lower(),
        sha256="",
        blob=BlobId(0),
        versions=1,
    )
    sight = work.doors.sight(caller, folder, place)
    return SeenFile(told, sight._replace(above=(*sight.above, Ancestor(folder.id, folder.name))))


def begin_put(work: Work, caller: Caller, command: PutFile) -> Inflow:
    """Where the bytes of a file go.

    Raises: NoSuchFile, RightMissing, OldVersion; UploadGone, InUse; as `landing_place`.
    """
    promised = _promised(work, caller, command)
    if promised is not None:
        return _begin_whole(work, caller, promised, command.length)
    file, _ = work.doors.current_file(caller, command.file, Right.EDIT)
    return announce(work, *most_bytes(work, caller, Landing(folder=file.parent, name=file.name), command.length))


def put_file(work: Work, caller: Caller, command: PutFile) -> SeenFile:
    """Send the bytes of a file that was announced, or new ones for a file that is there: a new version.

    Raises: NoSuchFile, RightMissing, OldVersion; UploadGone, UploadLost, OtherContent; as `landing_place`.
    """
    received = _received(command.received)
    promised = _promised(work, caller, command)
    if promised is not None:
        return _end_whole(work, caller, command.inflow, received)
    file, place = work.doors.current_file(caller, command.file, Right.EDIT)
    was_promised = work.uploads.promised(command.file)
    if was_promised is not None and was_promised.is_of(caller) and file.sha256 == received.sha256:
        _same_again(work, file, received)  # whoever sent it did not hear of it
        return SeenFile(file, work.doors.sight(caller, file, place))
    if not work.blobs.settled(received.blob):
        raise UploadLost
    return land(work, caller, Landing(folder=file.parent, name=file.name), received)


def cancel(work: Work, caller: Caller, command: CancelUpload) -> None:
    """Give up an upload that the caller began; nothing happens when there is none."""
    found = work.uploads.find(command.key)
    if found is not None and found.is_of(caller) and found.finished_at is None:
        work.uploads.drop(found, work.now)
        work.audit.record(caller, "upload.cancelled", found.key, name=found.name)


def _begin_whole(work: Work, caller: Caller, begun: OpenUpload, length: int | None) -> Inflow:
    """Let in all the bytes of an upload, in one request."""
    if begun.finished_at is not None:
        return announce(work, begun.size_bytes)
    must_be_open(work, begun)
    if length is not None and begun.size_bytes not in {None, length}:
        raise OtherContent(what="fileSize")
    landing = landing_of(begun)
    size = length if begun.size_bytes is None else begun.size_bytes
    work.uploads.reserve(begun, 0)
    begun = begun._replace(reserved_bytes=0)
    most, beyond = most_bytes(work, caller, landing, size)
    _, there = landing_place(work, caller, landing, size or 0)
    reserved = max(more_than(there, size or 0), 0)
    work.uploads.reserve(begun, reserved)
    let_in = leased(work, begun._replace(reserved_bytes=reserved))
    return Inflow(blob=_blob(begun), upload=let_in, is_whole=True, most_bytes=most, beyond=beyond)


def _end_whole(work: Work, caller: Caller, inflow: Inflow | None, received: Receipt) -> SeenFile:
    assert inflow is not None and inflow.upload is not None  # noqa: S101, PT018 - the edge hands it over with the bytes
    advanced(work, inflow.upload, 0)
    found = own_upload(work.uploads, caller, inflow.upload.key)
    return become_file(work, caller, must_be_open(work, found), received)


def _stream(work: Work, caller: Caller, command: PutStream) -> OpenUpload:
    begun = own_upload(work.uploads, caller, command.key)
    if begun.kind is not UploadKind.STREAM:
        raise NoSuchUpload
    return begun


def _promised(work: Work, caller: Caller, command: PutFile) -> OpenUpload | None:
    promised = work.uploads.promised(command.file)
    return promised if promised is not None and promised.is_of(caller) and promised.finished_at is None else None


def _same_again(work: Work, file: File, received: Receipt) -> bool:
    """Whether a file that is there has these bytes; they are thrown away, being there already."""
    if file.sha256 != received.sha256:
        return False
    if work.blobs.settled(received.blob):
        work.blobs.doom(received.blob, work.now)
    return True


def _in_chunks(work: Work, caller: Caller, command: UploadFile, chunk: Chunk) -> OpenUpload | None:
    """The upload that a chunk belongs to; None when there is none that could go on."""
    size = command.announced_size
    assert size is not None  # noqa: S101 - a chunk says it
    found = work.uploads.in_chunks(caller, command.folder, command.name, size, chunk.count)
    is_over = found is not None and found.finished_at is None and (found.blob is None or found.expires_at <= work.now)
    return None if is_over else found


def _is_first(work: Work, caller: Caller, command: UploadFile, chunk: Chunk) -> bool:
    return chunk.index == 0 and _in_chunks(work, caller, command, chunk) is None


def _begin_chunk(work: Work, caller: Caller, command: UploadFile, chunk: Chunk) -> Inflow:
    begun = _in_chunks(work, caller, command, chunk)
    if chunk.index == 0:
        # There is no key: whoever begins again may have other bytes than before, so what came before is forgotten.
        if begun is None or begun.finished_at is not None:
            begun = open_upload(
                work,
                caller,
                UploadKind.CHUNKS,
                _of_form(command),
                size_bytes=command.announced_size,
                chunks=chunk.count,
            )
        elif begun.offset_bytes:
            work.uploads.restart(begun, BlobId(work.mint.number(work.now)), work.now)
            begun = own_upload(work.uploads, caller, begun.key)
    if begun is None or begun.finished_at is not None or begun.position != chunk.index:
        return _NOWHERE
    let_in = work.uploads.lease(begun, work.now)
    if let_in is None:
        raise ChunkInUse(retry_after_s=5)
    return Inflow(
        blob=_blob(begun),
        upload=let_in,
        is_whole=chunk.index == chunk.count - 1,
        most_bytes=(begun.size_bytes or 0) - begun.offset_bytes,
    )


def _take_chunk(work: Work, caller: Caller, command: UploadFile, chunk: Chunk) -> SeenFile | list[Missing] | Problem:
    inflow = command.inflow
    if inflow is not None and inflow.is_thrown_away:
        found = _in_chunks(work, caller, command, chunk)
        if found is not None and found.finished_at is not None and chunk.index == chunk.count - 1:
            return repeated(work, caller, found)
        return [Missing(chunk=0 if found is None or found.finished_at is not None else found.position)]
    if inflow is None or inflow.upload is None:
        raise ChunkTooEarly
    try:
        begun = advanced(work, inflow.upload, command.taken, position=inflow.upload.position + 1)
    except OtherOffset:
        raise ChunkInUse(retry_after_s=5) from None
    if begun.position < chunk.count:
        return [Missing(chunk=begun.position)]
    ended = own_upload(work.uploads, caller, begun.key)
    dated = ended._replace(
        created_at=ended.created_at if command.created_at is None else command.created_at,
        modified_at=ended.modified_at if command.modified_at is None else command.modified_at,
        md5=ended.md5 if command.announced_md5 is None else command.announced_md5,
    )
    try:
        return become_file(work, caller, dated, _received(command.received))
    except Problem as refusal:  # its last chunk has come: nothing would make a file of it any more
        work.uploads.drop(own_upload(work.uploads, caller, begun.key), work.now)
        return refusal


def _blob(begun: OpenUpload) -> BlobId:
    assert begun.blob is not None  # noqa: S101 - it is open
    return begun.blob


def _received(receipt: Receipt | None) -> Receipt:
    assert receipt is not None  # noqa: S101 - the edge hands it over with the bytes
    return receipt


def _of_form(command: UploadFile) -> Landing:
    return Landing(
        folder=command.folder,
        name=command.name,
        announced_size=command.announced_size,
        announced_md5=command.announced_md5,
        created_at=command.created_at,
        modified_at=command.modified_at,
    )


def _of_stream(command: OpenStream) -> Landing:
    return Landing(
        folder=command.folder,
        name=command.name,
        announced_size=command.size_bytes,
        created_at=command.created_at,
        modified_at=command.modified_at,
    )


def _of_promise(command: PromiseFile) -> Landing:
    return Landing(
        folder=command.folder,
        name=command.name,
        announced_md5=command.announced_md5,
        created_at=command.created_at,
        modified_at=command.modified_at,
    )
