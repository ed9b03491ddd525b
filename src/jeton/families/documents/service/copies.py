"""The use cases of copying. What is copied is read and downloaded throughout; where it goes, one may write.

A copy holds current versions, belongs to who made it, and has the rights and limits of where it lies: none of its own.
Spaces may differ, unlike for a move: whoever copies could download and upload.
"""

from jeton.families.documents.model.copies import MOST_COPIED, CopyFile, CopyFolder, TooMuchToCopy
from jeton.families.documents.model.folders import FixedTop, WouldLoop
from jeton.families.documents.service.common import new_name, room_for_bytes, room_for_folders
from jeton.families.documents.service.folders import seen_folder
from jeton.families.documents.service.versions import content_of
from jeton.kernel.caller import Caller
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.kernel.tree import Folder, Lineage, Right, SeenFile, SeenFolder

_TAKEN_ALONG = Right.READ | Right.DOWNLOAD


def copy_file(work: Work, caller: Caller, command: CopyFile) -> SeenFile:
    """Copy a file; its dates are those of now, and of its last change.

    Raises: NoSuchFile, NoSuchFolder, RightMissing, BadName, NameTaken, OverQuota.
    """
    file = work.doors.file(caller, command.file, _TAKEN_ALONG)
    name = file.name if command.name is None else command.name
    into, place = _target(work, caller, command.parent or file.parent)
    new_name(work, into, name)
    room_for_bytes(work, caller, into, place, file.size_bytes)
    copied = work.tree.add_file(
        into,
        name,
        content_of(file),
        owner=caller.principal,
        created_at=work.now,
        modified_at=file.modified_at,
        now=work.now,
    )
    work.audit.record(caller, "file.copied", str(copied), name=name, parent=into.id, original=file.id)
    made = work.tree.reread_file(copied)
    return SeenFile(made, work.doors.sight(caller, made, work.tree.place(made)))


def copy_folder(work: Work, caller: Caller, command: CopyFolder) -> SeenFolder:
    """Copy a folder with all in it.

    Raises: NoSuchFolder, RightMissing, FixedTop, WouldLoop, TooMuchToCopy, BadName, NameTaken, TooDeep, OverQuota.
    """
    folder, from_place = work.doors.folder_and_place(caller, command.folder, _TAKEN_ALONG)
    work.doors.throughout(caller, folder, from_place, _TAKEN_ALONG)
    beside = command.parent or folder.parent
    if beside is None:
        raise FixedTop
    name = folder.name if command.name is None else command.name
    into, place = _target(work, caller, beside)
    if work.tree.holds(folder, into):
        raise WouldLoop
    count = folder.totals.files + folder.totals.folders + 1
    if count > MOST_COPIED:
        raise TooMuchToCopy(count=count, most=MOST_COPIED)
    new_name(work, into, name)
    room_for_folders(place, work.tree.height(folder))
    room_for_bytes(work, caller, into, place, folder.totals.size_bytes)
    copied = work.tree.copy_folder(folder, into, name, owner=caller.principal, now=work.now)
    work.audit.record(caller, "folder.copied", str(copied), name=name, parent=into.id, original=folder.id)
    made = work.tree.reread_folder(copied)
    return seen_folder(work, caller, made, work.tree.place(made), 0)


def _target(work: Work, caller: Caller, folder: FolderId) -> tuple[Folder, Lineage]:
    return work.doors.folder_and_place(caller, folder, Right.WRITE)
