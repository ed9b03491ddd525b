"""The use cases on the archive: what is kept apart, and may go back. Source: wire/files.md section 8.7."""

from collections.abc import Sequence

from jeton.families.documents.model.archive import (
    AddArchiveFolder,
    ArchiveFile,
    ArchiveFolder,
    UnarchiveFile,
    UnarchiveFolder,
)
from jeton.families.documents.model.files import ChangeFile, DeleteFile, OpenFile
from jeton.families.documents.model.folders import (
    MOST_ROWS,
    WHOLE_TREE,
    ChangeFolder,
    DeleteFolder,
    FixedTop,
    OpenFolder,
    TooManyRows,
)
from jeton.families.documents.model.landing import check_name
from jeton.families.documents.model.trash import PlaceGone
from jeton.families.documents.service.common import movable, new_name, room_for_bytes, room_for_folders
from jeton.families.documents.service.files import bytes_of
from jeton.families.documents.service.folders import remove, seen_folder
from jeton.kernel.caller import Caller
from jeton.kernel.doors import NoSuchFolder, standing
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.ports import Download, Work
from jeton.kernel.tree import (
    COMPANY_ROOT,
    NOWHERE,
    Ancestor,
    Archived,
    File,
    Folder,
    Lineage,
    Right,
    SeenFile,
    SeenFolder,
    Totals,
)


def archive_file(work: Work, caller: Caller, command: ArchiveFile) -> SeenFile:
    """Put a file in the archive: locks on it end.

    Raises: NoSuchFile, RightMissing, FileLocked, OldVersion; for a folder of the archive, what a move raises.
    """
    file, place = work.doors.current_file(caller, command.file, Right.DELETE)
    _put(work, caller, file, place, command.parent)
    work.audit.record(caller, "file.archived", str(file.id), name=file.name)
    return _file_afresh(work, caller, file.id)


def archive_folder(work: Work, caller: Caller, command: ArchiveFolder) -> SeenFolder:
    """Put a folder in the archive, with all in it.

    Raises: NoSuchFolder, RightMissing, FileLocked, FixedTop; for a folder of the archive, what a move raises.
    """
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.DELETE)
    if folder.parent is None:
        raise FixedTop
    work.doors.throughout(caller, folder, place, Right.DELETE)
    _put(work, caller, folder, place, command.parent)
    work.audit.record(caller, "folder.archived", str(folder.id), name=folder.name)
    return _folder_afresh(work, caller, folder.id)


def add_folder(work: Work, caller: Caller, command: AddArchiveFolder) -> SeenFolder:
    """Make a folder in the archive. Raises NoSuchFolder, RightMissing, BadName, NameTaken, TooDeep."""
    parent, place = work.doors.archive_and_place(caller, command.parent or _top(work, caller), Right.WRITE)
    room_for_folders(place, 1)
    created_at = work.now if command.created_at is None else command.created_at
    modified_at = work.now if command.modified_at is None else command.modified_at
    if place.archive is None:
        check_name(command.name, work.names)
        number = work.archive.add_folder(
            parent, place, command.name, owner=caller.principal, created_at=created_at, modified_at=modified_at
        )
    else:
        new_name(work, parent, command.name)
        number = work.tree.add_folder(
            parent,
            command.name,
            owner=caller.principal,
            created_at=created_at,
            modified_at=modified_at,
            now=work.now,
        )
    work.audit.record(caller, "folder.created", str(number), name=command.name, parent=parent.id)
    return _folder_afresh(work, caller, number)


def open_file(work: Work, caller: Caller, command: OpenFile) -> SeenFile:
    """Read an archived file, as one of its versions shows it. Raises NoSuchFile."""
    return _seen_file(work, caller, *work.doors.file_and_place(caller, command.file, Right.READ, archived=True))


def download(work: Work, caller: Caller, command: OpenFile) -> Download:
    """Download the bytes of an archived file. Raises NoSuchFile, RightMissing."""
    return bytes_of(work.doors.file_and_place(caller, command.file, Right.DOWNLOAD, archived=True)[0])


def open_folder(work: Work, caller: Caller, command: OpenFolder) -> SeenFolder:
    """Read a folder of the archive; of one of the tree, what was archived from it. Raises NoSuchFolder, TooManyRows."""
    folder, place = work.doors.archive_and_place(caller, command.folder, Right.NONE)
    if place.archive is not None:
        return _seen(work, caller, folder, place, command.depth)
    return _came_from(work, caller, folder, place, command.depth)


def change_file(work: Work, caller: Caller, command: ChangeFile) -> SeenFile:
    """Rename or date an archived file, or move it into a folder of the archive.

    Raises: NoSuchFile, RightMissing, OldVersion, NoSuchFolder, BadName, NameTaken, OtherSpace.
    """
    file, place = work.doors.current_file(caller, command.file, Right.EDIT, archived=True)
    moves = _rename_or_move(work, caller, file, place, command)
    work.audit.record(caller, "file.moved" if moves else "file.changed", str(file.id), name=command.name or file.name)
    return _file_afresh(work, caller, file.id)


def change_folder(work: Work, caller: Caller, command: ChangeFolder) -> SeenFolder:
    """Rename or date an archived folder, or move it into another of the archive.

    Raises: NoSuchFolder, RightMissing, BadName, NameTaken, OtherSpace, WouldLoop, TooDeep.
    """
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.EDIT, archived=True)
    moves = _rename_or_move(work, caller, folder, place, command)
    action = "folder.moved" if moves else "folder.changed"
    work.audit.record(caller, action, str(folder.id), name=command.name or folder.name)
    return _folder_afresh(work, caller, folder.id)


def delete_file(work: Work, caller: Caller, command: DeleteFile) -> None:
    """Put an archived file in the trash, from where it goes back to the tree.

    Raises: NoSuchFile, RightMissing, OldVersion.
    """
    file, _ = work.doors.current_file(caller, command.file, Right.DELETE, archived=True)
    remove(work, caller, file, "file", for_good=False)


def delete_folder(work: Work, caller: Caller, command: DeleteFolder) -> None:
    """Put an archived folder in the trash, with all in it. Raises NoSuchFolder, RightMissing."""
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.DELETE, archived=True)
    work.doors.throughout(caller, folder, place, Right.DELETE)
    remove(work, caller, folder, "folder", for_good=False)


def unarchive_file(work: Work, caller: Caller, command: UnarchiveFile) -> SeenFile:
    """Hang an archived file where it was, or in another folder or under another name.

    Raises: NoSuchFile, RightMissing, OldVersion, PlaceGone, NoSuchFolder, OtherSpace, BadName, NameTaken, OverQuota.
    """
    file, place = work.doors.current_file(caller, command.file, Right.DELETE, archived=True)
    name = _bring_back(work, caller, file, place, command.parent, command.name)
    work.audit.record(caller, "file.unarchived", str(file.id), name=name)
    return _file_afresh(work, caller, file.id)


def unarchive_folder(work: Work, caller: Caller, command: UnarchiveFolder) -> SeenFolder:
    """The same with a folder and all in it. Raises as with a file, and TooDeep."""
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.DELETE, archived=True)
    name = _bring_back(work, caller, folder, place, command.parent, command.name)
    work.audit.record(caller, "folder.unarchived", str(folder.id), name=name)
    return _folder_afresh(work, caller, folder.id)


def _put(work: Work, caller: Caller, node: Folder | File, place: Lineage, parent: FolderId | None) -> None:
    if parent is None:
        above = work.doors.sight(caller, node, place).above
        names = "/".join(folder.name for folder in above)
        work.archive.put(node, place=names, by=caller.principal, now=work.now)
        return
    target = movable(work, caller, node, place, parent, archived=True)
    new_name(work, target, node.name)
    work.archive.move(node, target, node.name, work.now)


def _rename_or_move(
    work: Work, caller: Caller, node: Folder | File, place: Lineage, command: ChangeFile | ChangeFolder
) -> bool:
    """Whether it was moved: what one reads of a node may be sent back, its parent too."""
    name = node.name if command.name is None else command.name
    is_top = node.parent is None or node.parent == NOWHERE
    parent = place.archive.origin if is_top and place.archive is not None else node.parent
    moves = command.parent is not None and command.parent != parent
    if moves and command.parent is not None:
        target = movable(work, caller, node, place, command.parent, archived=True)
        new_name(work, target, name)
        work.archive.move(node, target, name, work.now)
    elif name != node.name:
        if is_top or node.parent is None:  # nobody's sibling: names are looked at when it comes back
            check_name(name, work.names)
        else:
            new_name(work, work.tree.reread_folder(node.parent), name, of=node)
        work.tree.rename(node, name, work.now)
    if command.created_at is not None or command.modified_at is not None:
        work.tree.set_dates(
            node,
            created_at=node.created_at if command.created_at is None else command.created_at,
            modified_at=node.modified_at if command.modified_at is None else command.modified_at,
        )
    return moves


def _bring_back(
    work: Work, caller: Caller, node: Folder | File, place: Lineage, parent: FolderId | None, name: str | None
) -> str:
    archived = place.archive
    assert archived is not None  # noqa: S101 - the archive's door gave it
    try:
        target = movable(work, caller, node, place, parent or archived.origin)
    except NoSuchFolder:
        if parent is None:
            raise PlaceGone(place=archived.place or "/") from None
        raise
    name = node.name if name is None else name
    new_name(work, target, name)
    size = node.size_bytes if isinstance(node, File) else node.totals.size_bytes
    _, target_place = work.doors.folder_and_place(caller, target.id, Right.WRITE)
    room_for_bytes(work, caller, target, target_place, size, moved_from=place)
    work.archive.move(node, target, name, work.now)
    return name


def _top(work: Work, caller: Caller) -> FolderId:
    """The top of the space that is the caller's by who they are: the company's, else their own."""
    tops = [root.folder.id for root in work.doors.tops(caller) if standing(caller, root.place)]
    return tops[0] if tops else COMPANY_ROOT


def _came_from(work: Work, caller: Caller, home: Folder, place: Lineage, depth: int) -> SeenFolder:
    """A folder of the tree with what was archived from it instead of what is in it."""
    sight = work.doors.sight(caller, home, place)
    rights = {home.id: sight.rights}
    folders, files = work.archive.of(home, MOST_ROWS)
    if Right.READ not in sight.rights:
        files = ()
    there = place._replace(
        above=(*place.above, Ancestor(home.id, home.name)), archive=Archived(home.id, "", stands=True)
    )
    held = work.doors.children(caller, place, rights, folders)
    seen = list(work.doors.counted(caller, there, [folder for folder in folders if folder.id in held]))
    if len(seen) + len(files) > MOST_ROWS:
        raise TooManyRows(count=len(seen) + len(files), most=MOST_ROWS)
    totals = Totals(
        len(files) + sum(folder.totals.files for folder in seen),
        len(seen) + sum(folder.totals.folders for folder in seen),
        sum(file.size_bytes for file in files) + sum(folder.totals.size_bytes for folder in seen),
        len(files),
        len(seen),
    )
    found = SeenFolder(home._replace(totals=totals), sight, {}, rights)
    if not depth:
        return found
    below: dict[FolderId, tuple[Sequence[Folder], Sequence[File]]] = {home.id: (seen, files)}
    for folder in seen:
        rights[folder.id] = held[folder.id]
        if depth != 1:
            inner = seen_folder(work, caller, folder, there, max(depth - 1, WHOLE_TREE))
            below.update(inner.below)
            rights.update(inner.rights)
    return found._replace(below=below)


def _seen(work: Work, caller: Caller, folder: Folder, place: Lineage, depth: int) -> SeenFolder:
    if place.archive is not None and folder.parent is None:
        folder = folder._replace(parent=place.archive.origin)
    return seen_folder(work, caller, folder, place, depth)


def _seen_file(work: Work, caller: Caller, file: File, place: Lineage) -> SeenFile:
    if place.archive is not None and file.parent == NOWHERE:
        file = file._replace(parent=place.archive.origin)
    return SeenFile(file, work.doors.sight(caller, file, place))


def _folder_afresh(work: Work, caller: Caller, folder: FolderId) -> SeenFolder:
    held = work.tree.reread_folder(folder)
    return _seen(work, caller, held, work.tree.place(held), 0)


def _file_afresh(work: Work, caller: Caller, file: FileId) -> SeenFile:
    held = work.tree.reread_file(file)
    return _seen_file(work, caller, held, work.tree.place(held))
