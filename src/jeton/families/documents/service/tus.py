"""Uploads by tus, opened and closed by calls of the API. Source: tus 1.0.0; wire/files.md section 6.4."""

from dataclasses import replace

from jeton.families.documents.model.landing import check_name
from jeton.families.documents.model.uploads import (
    AppendBytes,
    AskTus,
    BadTusHeader,
    MakeResource,
    NotWhole,
    OneUpload,
    Opened,
    OpenOrClose,
    OtherContent,
)
from jeton.families.documents.service.landing import Landing, landing_place
from jeton.families.documents.service.opening import become_file, must_be_open, open_upload, repeated
from jeton.kernel.caller import Caller
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Inflow, Work, Workshop
from jeton.kernel.problems import Problem
from jeton.kernel.tree import SeenFile
from jeton.kernel.uploads import (
    NoSuchUpload,
    OpenUpload,
    OtherOffset,
    UploadGone,
    UploadKind,
    advanced,
    leased,
    own_upload,
)


def admit(work: Work, caller: Caller, command: OpenOrClose) -> OpenOrClose:
    """Refuse early; of one that ends, say which bytes are to be made whole. Raises NotWhole, UploadGone."""
    if command.key is None:
        landing_place(work, caller, _landing(command), command.size_bytes)
        return command
    upload = must_be_open(work, _own(work, caller, command.key))
    if upload.finished_at is not None:
        return command
    _check_whole(upload)
    return replace(command, blob=upload.blob, size_bytes=upload.size_bytes or 0)


def complete(workshop: Workshop, command: OpenOrClose) -> OpenOrClose:
    """Make the bytes whole, outside any transaction: they may have to be read again."""
    if command.blob is None:
        return command
    return replace(command, received=workshop.complete(command.blob, command.size_bytes))


def open_or_close(work: Work, caller: Caller, command: OpenOrClose) -> list[Opened] | SeenFile | Problem:
    """Begin an upload by tus; with `token`, make the file of what came, and give the same again when asked again.

    Raises: NoSuchFolder, RightMissing, BadName, NameTaken (a folder has the name), OverQuota, TooManyUploads; of one
    that ends also NoSuchUpload, UploadGone, NotWhole, OtherContent.
    """
    if command.key is None:
        landing = _landing(command)
        return [Opened(key=open_upload(work, caller, UploadKind.TUS, landing, size_bytes=command.size_bytes).key)]
    upload = must_be_open(work, _own(work, caller, command.key))
    if upload.finished_at is not None:
        return repeated(work, caller, upload)
    _check_whole(upload)
    assert command.received is not None  # noqa: S101 - made whole before, since all bytes were there
    try:
        return become_file(work, caller, upload, command.received)
    except OtherContent as refusal:  # nothing would make it right
        work.uploads.drop(own_upload(work.uploads, caller, upload.key), work.now)
        return refusal


def create(work: Work, caller: Caller, command: MakeResource) -> OpenUpload:
    """Make the tus resource of an upload that was opened. Raises NoSuchUpload, UploadGone, BadTusHeader, BadName."""
    upload = _unfinished(work, caller, command.key)
    if command.length != upload.size_bytes:
        raise BadTusHeader(name="Upload-Length", why=f"{upload.size_bytes} bytes were announced")
    if command.filename is not None:
        check_name(command.filename, work.names)
        if command.filename != upload.name:
            raise OtherContent(what="filename")
    work.uploads.describe(upload, command.metadata, work.now)
    return own_upload(work.uploads, caller, command.key)


def look(work: Work, caller: Caller, command: OneUpload) -> OpenUpload:
    """Tell how many bytes of a tus upload are there. Raises NoSuchUpload, UploadGone."""
    return must_be_open(work, _resource(work, caller, command.key))


def begin_append(work: Work, caller: Caller, command: AppendBytes) -> Inflow:
    """Where more bytes go, when they begin where the others end.

    Raises: NoSuchUpload, UploadGone, OtherOffset, InUse.
    """
    upload = _resource(work, caller, command.key)
    if upload.finished_at is not None or must_be_open(work, upload).blob is None:
        raise UploadGone
    if command.offset != upload.offset_bytes:
        raise OtherOffset(offset=upload.offset_bytes)
    assert upload.blob is not None  # noqa: S101 - it is open
    return Inflow(
        blob=upload.blob,
        upload=leased(work, upload),
        most_bytes=(upload.size_bytes or 0) - upload.offset_bytes,
        keeps_parts=command.checksum is None,
        checksum=command.checksum,
    )


def append(work: Work, caller: Caller, command: AppendBytes) -> OpenUpload:
    """Add bytes to a tus upload. Raises NoSuchUpload, UploadGone, OtherOffset, InUse; TooManyBytes; OtherChecksum."""
    inflow = command.inflow
    assert inflow is not None and inflow.upload is not None  # noqa: S101, PT018 - the edge hands it over with the bytes
    advanced(work, inflow.upload, command.taken)
    return own_upload(work.uploads, caller, command.key)


def terminate(work: Work, caller: Caller, command: OneUpload) -> None:
    """Give a tus upload up. Raises NoSuchUpload, UploadGone."""
    upload = _unfinished(work, caller, command.key)
    work.uploads.drop(upload, work.now)
    work.audit.record(caller, "upload.cancelled", upload.key, name=upload.name)


def options(work: Work, caller: Caller, command: AskTus) -> AskTus:
    """Tell what is spoken of tus here."""
    return command


def _landing(command: OpenOrClose) -> Landing:
    return Landing(
        folder=FolderId(0) if command.folder is None else command.folder,
        name=command.name,
        announced_size=command.size_bytes,
        announced_md5=command.announced_md5,
        created_at=command.created_at,
        modified_at=command.modified_at,
    )


def _own(work: Work, caller: Caller, key: str) -> OpenUpload:
    upload = own_upload(work.uploads, caller, key)
    if upload.kind is not UploadKind.TUS:
        raise NoSuchUpload
    return upload


def _resource(work: Work, caller: Caller, key: str) -> OpenUpload:
    upload = _own(work, caller, key)
    if upload.metadata is None:
        raise NoSuchUpload
    return upload


def _unfinished(work: Work, caller: Caller, key: str) -> OpenUpload:
    upload = _own(work, caller, key)
    if upload.finished_at is not None:
        raise UploadGone
    return must_be_open(work, upload)


def _check_whole(upload: OpenUpload) -> None:
    missing = (upload.size_bytes or 0) - upload.offset_bytes
    if missing:
        raise NotWhole(missing=missing)
