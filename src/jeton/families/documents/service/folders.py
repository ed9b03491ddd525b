"""The use cases on folders. Source: wire/files.md section 4."""

from collections.abc import Mapping, Sequence

from jeton.families.documents.model import (
    FOR_GOOD,
    MOST_ROWS,
    WHOLE_TREE,
    ChangeFolder,
    CreateFolder,
    DeleteFolder,
    FixedTop,
    ListRoots,
    OpenFolder,
    TooManyRows,
)
from jeton.families.documents.service.common import movable, new_name, rights_at, room_for_bytes, room_for_folders
from jeton.kernel.caller import Caller
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.kernel.rights import must_hold
from jeton.kernel.tree import File, Folder, Lineage, Right, SeenFolder, Space
from jeton.kernel.treeport import Trashed

Below = Mapping[FolderId, tuple[Sequence[Folder], Sequence[File]]]


def is_deep(command: OpenFolder | ListRoots) -> bool:
    """Whether a listing may be long: it then runs on a thread of its own."""
    return command.depth not in {0, 1}


def open_folder(work: Work, caller: Caller, command: OpenFolder) -> SeenFolder:
    """Read a folder, with `depth` levels of content. Raises NoSuchFolder, TooManyRows."""
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.READ)
    return _seen(caller, folder, place, _below(work, folder, command.depth))


def list_roots(work: Work, caller: Caller, command: ListRoots) -> Sequence[SeenFolder]:
    """List the highest folders that the caller may see. Raises TooManyRows."""
    seen = []
    for folder, space in work.doors.tops(caller):
        held, place = work.doors.folder_and_place(caller, folder.id, Right.READ)
        seen.append(_seen(caller, held, place, _below(work, held, command.depth), space))
    return seen


def create_folder(work: Work, caller: Caller, command: CreateFolder) -> SeenFolder:
    """Create a folder. Raises NoSuchFolder, RightMissing, BadName, NameTaken, TooDeep."""
    parent, place = work.doors.folder_and_place(caller, command.parent, Right.WRITE)
    new_name(work, parent, command.name)
    room_for_folders(place, 1)
    folder = work.tree.add_folder(
        parent,
        command.name,
        owner=caller.principal,
        created_at=work.now if command.created_at is None else command.created_at,
        modified_at=work.now if command.modified_at is None else command.modified_at,
        now=work.now,
    )
    work.audit.record(caller, "folder.created", str(folder), name=command.name, parent=parent.id)
    return _afresh(work, caller, folder)


def change_folder(work: Work, caller: Caller, command: ChangeFolder) -> SeenFolder:
    """Rename, move, date or limit a folder.

    Raises: NoSuchFolder, RightMissing, BadName, NameTaken, WouldLoop, TooDeep, FixedTop, OtherSpace, OverQuota.
    """
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.EDIT)
    name = folder.name if command.name is None else command.name
    moves = command.parent is not None and command.parent != folder.parent
    if (moves or name != folder.name) and folder.parent is None:
        raise FixedTop
    if moves and command.parent is not None:
        target = movable(work, caller, folder, place, command.parent)
        _, target_place = work.doors.folder_and_place(caller, target.id, Right.WRITE)
        new_name(work, target, name)
        room_for_bytes(work, caller, target, target_place, folder.totals.size_bytes, moved_from=place)
        work.tree.move(folder, target, name, work.now)
    elif name != folder.name and folder.parent is not None:
        new_name(work, work.doors.folder(caller, folder.parent, Right.NONE), name, of=folder)
        work.tree.rename(folder, name, work.now)
    if command.created_at is not None or command.modified_at is not None:
        work.tree.set_dates(
            folder,
            created_at=folder.created_at if command.created_at is None else command.created_at,
            modified_at=folder.modified_at if command.modified_at is None else command.modified_at,
        )
    if command.quota_bytes is not None or command.purge_after_days is not None:
        work.tree.set_limits(
            folder,
            quota_bytes=folder.quota_bytes if command.quota_bytes is None else command.quota_bytes,
            purge_after_days=folder.purge_after_days if command.purge_after_days is None else command.purge_after_days,
        )
    work.audit.record(caller, "folder.moved" if moves else "folder.changed", str(folder.id), name=name)
    return _afresh(work, caller, folder.id)


def delete_folder(work: Work, caller: Caller, command: DeleteFolder) -> Trashed:
    """Delete a folder with all in it: to the trash, or for good. Raises NoSuchFolder, RightMissing, FixedTop."""
    folder = work.doors.folder(caller, command.folder, Right.DELETE)
    if folder.parent is None:
        raise FixedTop
    return remove(work, caller, folder, "folder", for_good=command.for_good)


def remove(work: Work, caller: Caller, node: Folder | File, kind: str, *, for_good: bool) -> Trashed:
    """To the trash, or for good, which also needs trashes.write. Raises BeyondOwnScopes."""
    if for_good:
        must_hold(caller, FOR_GOOD)
        gone = _as_trashed(node, work.now)
        work.tree.destroy(node, work.now)
        work.audit.record(caller, f"{kind}.destroyed", str(node.id), name=node.name)
        return gone
    item = work.tree.trash(node, by=caller.principal, trash_id=work.mint.number(work.now), now=work.now)
    work.audit.record(caller, f"{kind}.trashed", str(node.id), name=node.name, trash=item.id)
    return item


def _as_trashed(node: Folder | File, now: int) -> Trashed:
    is_file = isinstance(node, File)
    size = node.size_bytes if isinstance(node, File) else node.totals.size_bytes
    files, folders = (1, 0) if isinstance(node, File) else (node.totals.files, node.totals.folders)
    return Trashed(
        node.id, node.name, is_file, now, node.modified_at, node.owner, node.owner_name, size, files, folders
    )


def _afresh(work: Work, caller: Caller, folder: FolderId) -> SeenFolder:
    held = work.tree.reread_folder(folder)
    return _seen(caller, held, work.tree.place(held), {})


def _seen(caller: Caller, folder: Folder, place: Lineage, below: Below, space: Space | None = None) -> SeenFolder:
    return SeenFolder(folder, place, rights_at(caller, place), below, space)


def _below(work: Work, folder: Folder, depth: int) -> Below:
    if depth == 0:
        return {}
    count = work.tree.count_below(folder) if depth == WHOLE_TREE else _children(folder)
    _few_enough(count)
    if depth == 1:
        return {folder.id: work.tree.children(folder)}
    below: dict[FolderId, tuple[list[Folder], list[File]]] = {folder.id: ([], [])}
    for level, (folders, files) in enumerate(work.tree.below(folder, depth), start=1):
        for file in files:
            below[file.parent][1].append(file)
        for child in folders:
            if child.parent is not None:
                below[child.parent][0].append(child)
            if depth == WHOLE_TREE or level < depth:
                below[child.id] = ([], [])
        if level < depth:
            count += sum(_children(child) for child in folders)
            _few_enough(count)
    return below


def _children(folder: Folder) -> int:
    return folder.totals.direct_files + folder.totals.direct_folders


def _few_enough(count: int) -> None:
    if count > MOST_ROWS:
        raise TooManyRows(count=count, most=MOST_ROWS)
