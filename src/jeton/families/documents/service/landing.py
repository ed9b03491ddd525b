"""Where bytes become content: the one way in which a file's content is added or replaced.

Whatever must hold of a file that is written (rights, names, quotas, locks) is asked here, whichever way the bytes came.
"""

from dataclasses import dataclass

from jeton.families.documents.model.landing import NameTaken, NoRoomLeft, check_name
from jeton.families.documents.model.uploads import LARGEST_FILE_BYTES, FileTooLarge, OtherContent
from jeton.families.documents.service.common import room_for_bytes, room_left
from jeton.kernel.caller import Caller
from jeton.kernel.doors import RightMissing
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.locks import check_lock
from jeton.kernel.ports import Receipt, Work
from jeton.kernel.tree import File, Folder, Right, SeenFile
from jeton.kernel.treeport import Content
from jeton.kit.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """A file on its way: where it goes, and what was said of it. `promised` is the id that it will have, if told."""

    folder: FolderId
    name: str
    announced_size: int | None = None
    announced_md5: str | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None
    promised: FileId | None = None


def landing_place(work: Work, caller: Caller, landing: Landing, size_bytes: int) -> tuple[Folder, File | None]:
    """The folder in which so many bytes may land, and the file of which they become a version.

    Raises: NoSuchFolder, RightMissing, BadName, NameTaken (a folder has the name), FileLocked, OverQuota, FileTooLarge.
    """
    # A new name needs the right to write, a new version the right to edit: whoever has either may go on looking.
    folder, place = work.doors.folder_and_place(caller, landing.folder, Right.NONE)
    held = work.doors.sight(caller, folder, place).rights
    check_name(landing.name, work.names)
    there = work.tree.sibling(folder, landing.name)
    needed = Right.WRITE if there is None else Right.EDIT
    if needed & ~held:
        raise RightMissing(right=needed.name)
    if isinstance(there, Folder):
        raise NameTaken
    if there is not None:
        check_lock(there, caller.principal, needed)
    if size_bytes > LARGEST_FILE_BYTES:
        raise FileTooLarge(most_bytes=LARGEST_FILE_BYTES)
    room_for_bytes(work, caller, folder, place, more_than(there, size_bytes))
    return folder, there


def most_bytes(work: Work, caller: Caller, landing: Landing, announced: int | None) -> tuple[int, NoRoomLeft | None]:
    """How many bytes may come for a file, and why not more: what was announced, or what there is room for.

    Raises: as `landing_place`.
    """
    folder, there = landing_place(work, caller, landing, announced or 0)
    if announced is not None:
        return announced, None
    left = room_left(work, folder, work.tree.place(folder))
    if left is None:
        return LARGEST_FILE_BYTES, None
    return left + (there.size_bytes if there is not None else 0), NoRoomLeft()


def more_than(there: File | None, size_bytes: int) -> int:
    """How much more room a file takes than the version that it follows."""
    return size_bytes - (there.size_bytes if there is not None else 0)


def land(work: Work, caller: Caller, landing: Landing, received: Receipt) -> SeenFile:
    """Make a file of bytes that are there; under the name of one that is there, a new version of it.

    The blob must be accounted for by the caller. Raises: what `landing_place` raises, OtherContent; nothing has changed
    then.
    """
    folder, there = landing_place(work, caller, landing, received.size_bytes)
    _check_announced(landing, received)
    content = Content(blob=received.blob, size_bytes=received.size_bytes, md5=received.md5, sha256=received.sha256)
    created_at = work.now if landing.created_at is None else landing.created_at
    modified_at = work.now if landing.modified_at is None else landing.modified_at
    if there is None:
        file = work.tree.add_file(
            folder,
            landing.name,
            content,
            owner=caller.principal,
            created_at=created_at,
            modified_at=modified_at,
            now=work.now,
            promised=landing.promised,
        )
    else:
        file = work.tree.add_version(
            there,
            content,
            author=caller.principal,
            created_at=created_at,
            modified_at=modified_at,
            now=work.now,
            promised=landing.promised,
        )
    action = "file.created" if there is None else "file.version_added"
    work.audit.record(caller, action, str(file), name=landing.name, size=received.size_bytes)
    held = work.tree.reread_file(file)
    return SeenFile(held, work.doors.sight(caller, held, work.tree.place(held)))


def _check_announced(landing: Landing, received: Receipt) -> None:
    if landing.announced_size is not None and landing.announced_size != received.size_bytes:
        raise OtherContent(what="fileSize")
    if landing.announced_md5 is not None and landing.announced_md5.lower() != received.md5:
        raise OtherContent(what="fileHash")
