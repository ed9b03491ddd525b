"""The use cases on the trash: what was deleted comes back, or goes for good. Source: wire/files.md section 8.6."""

from collections.abc import Sequence

from jeton.families.documents.model.landing import OtherSpace
from jeton.families.documents.model.trash import EmptyTrash, ListTrash, OneTrash, PlaceGone, Restore
from jeton.families.documents.service.common import new_name, room_for_bytes, room_for_folders
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.doors import NoSuchFolder, RightMissing, standing
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.ports import Work
from jeton.kernel.trash import TrashEntry, reach
from jeton.kernel.tree import File, Folder, Lineage, Right, SeenFile, SeenFolder
from jeton.kernel.treeport import Trashed

_DISCLOSING = Right.READ | Right.DOWNLOAD


def is_long(command: ListTrash) -> bool:
    """Whether a list may be long: it is then read on a thread of its own."""
    return command.limit > 1000


def list_trash(work: Work, caller: Caller, command: ListTrash) -> Sequence[Trashed]:
    """List what the caller deleted; with `others`, what others deleted within the caller's reach. The newest first."""
    return [_shown(caller, entry) for entry in entries(work, caller, command)]


def entries(work: Work, caller: Caller, command: ListTrash) -> Sequence[TrashEntry]:
    """The same, with all that is known of each entry."""
    if caller.kind is CallerKind.NOBODY:
        return []
    if command.others:
        return work.trash.of_others(
            caller.principal, company=caller.administers, offset=command.offset, limit=command.limit
        )
    return work.trash.of(caller.principal, offset=command.offset, limit=command.limit)


def open_entry(work: Work, caller: Caller, command: OneTrash) -> Trashed:
    """Read one entry. Raises NoSuchTrash."""
    return _shown(caller, reach(work.trash, caller, command.entry))


def restore(work: Work, caller: Caller, command: Restore) -> SeenFile | SeenFolder:
    """Hang an entry where it was, or in another folder or under another name: ids, versions and dates are as before.

    Raises: NoSuchTrash; PlaceGone, NoSuchFolder, RightMissing, OtherSpace; BadName, NameTaken, TooDeep, OverQuota.
    """
    entry = reach(work.trash, caller, command.entry)
    target, place = _target(work, caller, entry, command.parent)
    name = entry.item.name if command.name is None else command.name
    new_name(work, target, name)
    room_for_folders(place, work.trash.height(entry))
    room_for_bytes(work, caller, target, place, entry.item.size_bytes)
    work.trash.restore(entry, target, name, work.now)
    work.audit.record(caller, "trash.restored", str(entry.current), name=name, parent=target.id)
    return _seen(work, caller, entry)


def destroy(work: Work, caller: Caller, command: OneTrash) -> None:
    """Destroy one entry for good. Raises NoSuchTrash."""
    entry = reach(work.trash, caller, command.entry)
    work.trash.destroy(entry, work.now)
    work.audit.record(caller, "trash.destroyed", str(entry.current), name=entry.item.name)


def empty(work: Work, caller: Caller, command: EmptyTrash) -> None:
    """Destroy for good all that the caller deleted."""
    count = work.trash.destroy_of(caller.principal, work.now)
    work.audit.record(caller, "trash.emptied", str(caller.principal), entries=count)


def put_away(work: Work, caller: Caller, node: Folder | File) -> Trashed:
    """Put a node that one holds in the trash, with where it was and what of it the deleter might read."""
    place = work.tree.place(node)
    above = work.doors.sight(caller, node, place).above
    item = work.tree.trash(
        node,
        by=caller.principal,
        trash_id=work.mint.number(work.now),
        now=work.now,
        place="/".join(folder.name for folder in above),
        held=_held(work, caller, node, place),
    )
    found = work.trash.find(item.id)
    return item if found is None else _shown(caller, found)


def _held(work: Work, caller: Caller, node: Folder | File, place: Lineage) -> Right:
    """What of reading and downloading the caller may do in all of it."""
    held = Right.NONE
    for right in (Right.READ, Right.DOWNLOAD):
        try:
            work.doors.throughout(caller, node, place, right)
        except RightMissing:
            continue
        held |= right
    return held


def _target(work: Work, caller: Caller, entry: TrashEntry, parent: FolderId | None) -> tuple[Folder, Lineage]:
    try:
        target, place = work.doors.folder_and_place(caller, parent or entry.parent, Right.WRITE)
    except NoSuchFolder:
        if parent is None:
            raise PlaceGone(place=entry.place or "/") from None
        raise
    if (place.space, place.space_owner) != (entry.space, entry.space_owner):
        raise OtherSpace
    if target.id != entry.parent and standing(caller, place) is None:
        # Where it hung its own entries and those above still say who reads it; elsewhere others are above.
        gained = work.doors.sight(caller, target, place).rights & _DISCLOSING & ~entry.held
        if gained:
            raise RightMissing(right=Right(gained).name)
    return target, place


def _seen(work: Work, caller: Caller, entry: TrashEntry) -> SeenFile | SeenFolder:
    if entry.item.is_file:
        file = work.tree.reread_file(FileId(entry.current))
        return SeenFile(file, work.doors.sight(caller, file, work.tree.place(file)))
    folder = work.tree.reread_folder(FolderId(entry.current))
    sight = work.doors.sight(caller, folder, work.tree.place(folder))
    return SeenFolder(folder, sight, {}, {folder.id: sight.rights})


def _shown(caller: Caller, entry: TrashEntry) -> Trashed:
    """The entry without counts of what its deleter might not read; those who hold the space see all."""
    if Right.READ in entry.held or entry.deleted_by != caller.principal or entry.item.is_file:
        return entry.item
    return entry.item._replace(size_bytes=0, files=0, folders=0)
