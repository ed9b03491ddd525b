"""The use cases on folders. Source: wire/files.md section 4."""

from collections.abc import Mapping, Sequence

from jeton.families.documents.model import FOR_GOOD
from jeton.families.documents.model.folders import (
    MOST_ROWS,
    VIRTUAL_NAMES,
    WHOLE_TREE,
    ChangeFolder,
    CreateFolder,
    DeleteFolder,
    FixedTop,
    LimitsNotYours,
    ListRoots,
    NoSuchRoot,
    OpenFolder,
    OpenRoot,
    TooManyRows,
)
from jeton.families.documents.service.common import movable, new_name, room_for_bytes, room_for_folders
from jeton.families.documents.service.trash import put_away
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.doors import Root, standing
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.kernel.quotas import QuotaBelowUse
from jeton.kernel.rights import must_hold
from jeton.kernel.tree import File, Folder, Lineage, Right, RootType, SeenFolder, Space, Totals, VirtualRoot
from jeton.kernel.treeport import Trashed, as_trashed


def is_deep(command: OpenFolder | ListRoots | OpenRoot) -> bool:
    """Whether a listing may be long: it then runs on a thread of its own."""
    return command.depth not in {0, 1}


def weighs(work: Work, caller: Caller, command: OpenFolder | ListRoots | OpenRoot) -> int:
    """How many entries one level of content holds, whoever sees them."""
    if not command.depth:
        return 0
    if isinstance(command, OpenFolder):
        tops = [work.doors.folder(caller, command.folder, Right.NONE)]
    else:
        tops = [root.folder for root in work.doors.tops(caller)]
    return sum(top.totals.direct_files + top.totals.direct_folders for top in tops)


def open_folder(work: Work, caller: Caller, command: OpenFolder) -> SeenFolder:
    """Read a folder that one sees, with `depth` levels of content. Raises NoSuchFolder, TooManyRows."""
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.NONE)
    return seen_folder(work, caller, folder, place, command.depth)


def list_roots(work: Work, caller: Caller, command: ListRoots) -> Sequence[SeenFolder | VirtualRoot]:
    """List the highest folders that the caller may see. Raises TooManyRows.

    What lies in other people's spaces hangs below one virtual root, which has no id.
    """
    roots = work.doors.tops(caller)
    shared = [root for root in roots if root.type is RootType.SHARED]
    seen: list[SeenFolder | VirtualRoot] = [
        seen_folder(work, caller, root.folder, root.place, command.depth, root.type)
        for root in roots
        if root not in shared
    ]
    if caller.kind is CallerKind.PERSON:
        seen.append(_virtual(work, caller, RootType.SHARED, shared, command.depth))
    return seen


def open_root(work: Work, caller: Caller, command: OpenRoot) -> SeenFolder | VirtualRoot:
    """Read the root of one kind; a virtual one holds several, or what is shared. Raises NoSuchRoot, TooManyRows."""
    roots = [root for root in work.doors.tops(caller) if root.type is command.type]
    is_shared = command.type is RootType.SHARED and caller.kind is CallerKind.PERSON
    if len(roots) == 1 and not is_shared:
        return seen_folder(work, caller, roots[0].folder, roots[0].place, command.depth, command.type)
    if not (roots or is_shared):
        raise NoSuchRoot
    return _virtual(work, caller, command.type, roots, command.depth)


def _virtual(work: Work, caller: Caller, kind: RootType, roots: Sequence[Root], depth: int) -> VirtualRoot:
    within = max(depth - 1, WHOLE_TREE) if depth else None
    content = None if within is None else [seen_folder(work, caller, root.folder, root.place, within) for root in roots]
    newest = max((root.folder.modified_at for root in roots), default=0)
    names = VIRTUAL_NAMES[kind]
    return VirtualRoot(kind, names.get(work.platform.value("language") or "en", names["en"]), newest, content)


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

    Raises: NoSuchFolder, RightMissing, BadName, NameTaken, WouldLoop, TooDeep, FixedTop, OtherSpace, OverQuota,
    LimitsNotYours, QuotaBelowUse.
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
        size = folder.totals.size_bytes + work.tree.reserved(folder)
        room_for_bytes(work, caller, target, target_place, size, moved_from=place)
        work.tree.move(folder, target, name, work.now)
    elif name != folder.name and folder.parent is not None:
        new_name(work, work.tree.reread_folder(folder.parent), name, of=folder)
        work.tree.rename(folder, name, work.now)
    if command.created_at is not None or command.modified_at is not None:
        work.tree.set_dates(
            folder,
            created_at=folder.created_at if command.created_at is None else command.created_at,
            modified_at=folder.modified_at if command.modified_at is None else command.modified_at,
        )
    _limit(work, caller, folder, place, command)
    work.audit.record(caller, "folder.moved" if moves else "folder.changed", str(folder.id), name=name)
    return _afresh(work, caller, folder.id)


def _limit(work: Work, caller: Caller, folder: Folder, place: Lineage, command: ChangeFolder) -> None:
    """Set quota and purge where they differ from what stands: an object that was read may be sent back by anybody."""
    quota = folder.quota_bytes if command.quota_bytes is None else command.quota_bytes
    purge = folder.purge_after_days if command.purge_after_days is None else command.purge_after_days
    if (quota, purge) == (folder.quota_bytes, folder.purge_after_days):
        return
    if not standing(caller, place) or (place.space is Space.PRIVATE and folder.parent is None):
        raise LimitsNotYours
    used = folder.totals.size_bytes
    if folder.parent is None:
        used += work.archive.held(place.space, place.space_owner).size_bytes
    if quota != folder.quota_bytes and 0 < quota < used:
        raise QuotaBelowUse(used=used, quota=quota)
    work.tree.set_limits(folder, quota_bytes=quota, purge_after_days=purge)


def delete_folder(work: Work, caller: Caller, command: DeleteFolder) -> Trashed:
    """Delete a folder with all in it: to the trash, or for good.

    Raises: NoSuchFolder, RightMissing, FileLocked (a file in it is), FixedTop.
    """
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.DELETE)
    work.doors.throughout(caller, folder, place, Right.DELETE)
    if folder.parent is None:
        raise FixedTop
    return remove(work, caller, folder, "folder", for_good=command.for_good)


def remove(work: Work, caller: Caller, node: Folder | File, kind: str, *, for_good: bool) -> Trashed:
    """To the trash, or for good, which also needs trashes.write. Raises BeyondOwnScopes."""
    if for_good:
        must_hold(caller, FOR_GOOD)
        gone = as_trashed(node, node.id, work.now)
        work.tree.destroy(node, work.now)
        work.audit.record(caller, f"{kind}.destroyed", str(node.id), name=node.name)
        return gone
    item = put_away(work, caller, node)
    work.audit.record(caller, f"{kind}.trashed", str(node.id), name=node.name, trash=item.id)
    return item


def _afresh(work: Work, caller: Caller, folder: FolderId) -> SeenFolder:
    held = work.tree.reread_folder(folder)
    return seen_folder(work, caller, held, work.tree.place(held), 0)


def seen_folder(
    work: Work, caller: Caller, folder: Folder, place: Lineage, depth: int, root: RootType | None = None
) -> SeenFolder:
    """A folder as the caller sees it, with `depth` levels of content. Raises TooManyRows."""
    sight = work.doors.sight(caller, folder, place)
    (told,) = work.doors.counted(caller, place, [folder])
    rights = {folder.id: sight.rights}
    below = _below(work, caller, folder, place, depth, rights, told.totals)
    return SeenFolder(told, sight, below, rights, root, work.doors.shared(caller, place, rights.keys()))


def _below(
    work: Work,
    caller: Caller,
    top: Folder,
    place: Lineage,
    depth: int,
    rights: dict[FolderId, Right],
    told: Totals,
) -> Mapping[FolderId, tuple[Sequence[Folder], Sequence[File]]]:
    """The levels below a folder, as far as the caller sees them; notes in `rights` what they may do in each folder."""
    below: dict[FolderId, tuple[list[Folder], list[File]]] = {}
    is_whole = depth == WHOLE_TREE
    level, count = [top], told.files + told.folders if is_whole else 0
    counted = [told]
    while level and depth:
        if not is_whole:
            count += sum(totals.direct_files + totals.direct_folders for totals in counted)
        if count > MOST_ROWS:
            raise TooManyRows(count=count, most=MOST_ROWS)
        below.update((folder.id, ([], [])) for folder in level)
        folders, files = work.tree.children(level)
        shown_files = {folder.id: below[folder.id][1].append for folder in level if Right.READ in rights[folder.id]}
        for file in files:
            if file.parent in shown_files:
                shown_files[file.parent](file)
        seen = work.doors.children(caller, place, rights, folders)
        level = [folder for folder in folders if folder.id in seen]
        shown = work.doors.counted(caller, place, level)
        counted = [folder.totals for folder in shown]
        for folder in shown:
            if folder.parent is not None:
                below[folder.parent][0].append(folder)
        rights.update(seen)
        depth -= 1
    return below
