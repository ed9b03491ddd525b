"""The use cases on files. Source: wire/files.md sections 3, 5 and 7."""

from jeton.families.documents.model.files import ChangeFile, DeleteFile, OpenFile
from jeton.families.documents.service.common import movable, new_name, room_for_bytes
from jeton.families.documents.service.folders import remove
from jeton.kernel.caller import Caller
from jeton.kernel.ids import FileId
from jeton.kernel.ports import Download, Work
from jeton.kernel.tree import File, Right, SeenFile
from jeton.kernel.treeport import Trashed


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


def _afresh(work: Work, caller: Caller, file: FileId) -> SeenFile:
    held = work.tree.reread_file(file)
    place = work.tree.place(held)
    return SeenFile(held, work.doors.sight(caller, held, place))
