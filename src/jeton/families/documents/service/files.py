"""The use cases on files. Source: wire/files.md sections 3, 5, 6.1 and 7."""

from jeton.families.documents.model.files import ChangeFile, DeleteFile, OpenFile
from jeton.families.documents.model.landing import NameTaken, check_name
from jeton.families.documents.model.uploads import OtherContent, UploadFile, UploadLost
from jeton.families.documents.service.common import movable, new_name, room_for_bytes
from jeton.families.documents.service.folders import remove
from jeton.kernel.caller import Caller
from jeton.kernel.doors import RightMissing
from jeton.kernel.ids import FileId
from jeton.kernel.locks import check_lock
from jeton.kernel.ports import Download, Receipt, Work
from jeton.kernel.tree import File, Folder, Right, SeenFile
from jeton.kernel.treeport import Content, Trashed


def open_file(work: Work, caller: Caller, command: OpenFile) -> SeenFile:
    """Read a file, as one of its versions shows it. Raises NoSuchFile."""
    file, place = work.doors.file_and_place(caller, command.file, Right.READ)
    return SeenFile(file, work.doors.sight(caller, file, place), work.previews.facts(file.blob))


def download(work: Work, caller: Caller, command: OpenFile) -> Download:
    """Download the bytes of one version of a file. Raises NoSuchFile, RightMissing, FileLocked."""
    return bytes_of(work.doors.file(caller, command.file, Right.DOWNLOAD))


def bytes_of(file: File) -> Download:
    """The bytes that a version of a file holds."""
    return Download(
        file=file.id,
        blob=file.blob,
        size_bytes=file.size_bytes,
        name=file.name,
        sha256=file.sha256,
        modified_at=file.modified_at,
    )


def change_file(work: Work, caller: Caller, command: ChangeFile) -> SeenFile:
    """Rename, move or date a file.

    Raises: NoSuchFile, RightMissing, FileLocked, OldVersion, BadName, NameTaken, OtherSpace, OverQuota.
    """
    file, place = work.doors.current_file(caller, command.file, Right.EDIT)
    name = file.name if command.name is None else command.name
    moves = command.parent is not None and command.parent != file.parent
    if moves and command.parent is not None:
        target = movable(work, caller, file, place, command.parent)
        _, target_place = work.doors.folder_and_place(caller, target.id, Right.WRITE)
        new_name(work, target, name)
        room_for_bytes(work, caller, target, target_place, file.size_bytes, moved_from=place)
        work.tree.move(file, target, name, work.now)
    elif name != file.name:
        new_name(work, work.tree.reread_folder(file.parent), name, of=file)
        work.tree.rename(file, name, work.now)
    if command.created_at is not None or command.modified_at is not None:
        work.tree.set_dates(
            file,
            created_at=file.created_at if command.created_at is None else command.created_at,
            modified_at=file.modified_at if command.modified_at is None else command.modified_at,
        )
    work.audit.record(caller, "file.moved" if moves else "file.changed", str(file.id), name=name)
    return _afresh(work, caller, file.id)


def delete_file(work: Work, caller: Caller, command: DeleteFile) -> Trashed:
    """Delete a file with all its versions: to the trash, or for good.

    Raises: NoSuchFile, RightMissing, FileLocked, OldVersion.
    """
    file, _ = work.doors.current_file(caller, command.file, Right.DELETE)
    return remove(work, caller, file, "file", for_good=command.for_good)


def admit_upload(work: Work, caller: Caller, command: UploadFile) -> UploadFile:
    """Refuse early what the upload would be refused for at its end, so that its bytes need not come."""
    _landing(work, caller, command, command.announced_size or 0)
    return command


def upload(work: Work, caller: Caller, command: UploadFile) -> SeenFile:
    """Upload a file; under the name of one that is there, a new version of it: a new id, the same guid.

    Raises: NoSuchFolder, RightMissing, BadName, NameTaken (a folder has the name), FileLocked, OverQuota, OtherContent,
    UploadLost.
    """
    received = command.received
    assert received is not None  # noqa: S101 - the edge hands it over with the bytes
    folder, there = _landing(work, caller, command, received.size_bytes)
    _check_announced(command, received)
    if not work.blobs.settled(received.blob):
        raise UploadLost
    content = Content(blob=received.blob, size_bytes=received.size_bytes, md5=received.md5, sha256=received.sha256)
    created_at = work.now if command.created_at is None else command.created_at
    modified_at = work.now if command.modified_at is None else command.modified_at
    if there is None:
        file = work.tree.add_file(
            folder,
            command.name,
            content,
            owner=caller.principal,
            created_at=created_at,
            modified_at=modified_at,
            now=work.now,
        )
    else:
        file = work.tree.add_version(
            there, content, author=caller.principal, created_at=created_at, modified_at=modified_at, now=work.now
        )
    action = "file.created" if there is None else "file.version_added"
    work.audit.record(caller, action, str(file), name=command.name, size=received.size_bytes)
    return _afresh(work, caller, file)


def _landing(work: Work, caller: Caller, command: UploadFile, size: int) -> tuple[Folder, File | None]:
    """The folder in which the bytes land, and the file of which they become a version."""
    # A new name needs the right to write, a new version the right to edit: whoever has either may go on looking.
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.NONE)
    held = work.doors.sight(caller, folder, place).rights
    check_name(command.name, work.names)
    there = work.tree.sibling(folder, command.name)
    needed = Right.WRITE if there is None else Right.EDIT
    if needed & ~held:
        raise RightMissing(right=needed.name)
    if isinstance(there, Folder):
        raise NameTaken
    if there is not None:
        check_lock(there, caller.principal, needed)
    room_for_bytes(work, caller, folder, place, size - (there.size_bytes if there is not None else 0))
    return folder, there


def _check_announced(command: UploadFile, received: Receipt) -> None:
    if command.announced_size is not None and command.announced_size != received.size_bytes:
        raise OtherContent(what="fileSize")
    if command.announced_md5 is not None and command.announced_md5.lower() != received.md5:
        raise OtherContent(what="fileHash")


def _afresh(work: Work, caller: Caller, file: FileId) -> SeenFile:
    held = work.tree.reread_file(file)
    place = work.tree.place(held)
    return SeenFile(held, work.doors.sight(caller, held, place))
