"""The use cases on places. Paths are walked within what the caller sees, and each step is judged by a door."""

from collections.abc import Sequence

from jeton.families.documents.model.paths import AskQuotas, AskWithin, Filling, FindPath, NothingThere, Quotas, TellPath
from jeton.families.documents.service.folders import seen_folder
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.doors import NoSuchFile, NoSuchFolder
from jeton.kernel.ids import FolderId
from jeton.kernel.objects import object_and_place
from jeton.kernel.ports import Work
from jeton.kernel.tree import COMPANY_ROOT, File, Folder, Lineage, Right, SeenFile, SeenFolder, sibling_key


def find_path(work: Work, caller: Caller, command: FindPath) -> SeenFile | SeenFolder:
    """Find what lies at a path. Of several roots of one name, the first that has it. Raises NothingThere."""
    if command.names:
        first, *names = command.names
        for root in work.doors.tops(caller):
            if sibling_key(root.folder.name) == sibling_key(first):
                found = _walk(work, caller, root.folder, names)
                if found is not None:
                    return _seen(work, caller, found)
    raise NothingThere


def tell_path(work: Work, caller: Caller, command: TellPath) -> str:
    """Tell the path of a file or a folder, from the highest folder that the caller sees. Raises NoSuchObject."""
    node, place = object_and_place(work.doors, caller, command.object, command.kind)
    above = work.doors.sight(caller, node, place).above
    return "".join(f"/{name}" for name in (*(folder.name for folder in above), node.name))


def is_within(work: Work, caller: Caller, command: AskWithin) -> bool:
    """Tell whether an object lies below a folder; nothing lies in itself. Raises NoSuchObject, NoSuchFolder."""
    _, place = object_and_place(work.doors, caller, command.object, command.kind)
    parent = work.doors.folder(caller, command.parent, Right.NONE)
    return any(folder.id == parent.id for folder in place.above)


def tell_quotas(work: Work, caller: Caller, command: AskQuotas) -> Quotas:
    """Tell how full a folder, the caller's own space and the platform are, as far as they see. Raises NoSuchFolder."""
    number, in_folder = _in_folder(work, caller, command.folder or _begins(work, caller))
    if caller.administers:
        used = work.tree.everything().size_bytes
    else:
        used = sum(_used(work, caller, root.folder, root.place) for root in work.doors.tops(caller))
    return Quotas(number, in_folder, Filling(used, None), _of_user(work, caller))


def _walk(work: Work, caller: Caller, root: Folder, names: Sequence[str]) -> Folder | File | None:
    at: Folder | File = root
    for name in names:
        found = work.tree.sibling(at, name) if isinstance(at, Folder) else None
        if found is None:
            return None
        try:
            at = (
                work.doors.folder(caller, found.id, Right.NONE)
                if isinstance(found, Folder)
                else work.doors.file(caller, found.id, Right.READ)
            )
        except (NoSuchFolder, NoSuchFile):
            return None
    return at


def _seen(work: Work, caller: Caller, node: Folder | File) -> SeenFile | SeenFolder:
    place = work.tree.place(node)
    if isinstance(node, Folder):
        return seen_folder(work, caller, node, place, 0)
    return SeenFile(node, work.doors.sight(caller, node, place))


def _begins(work: Work, caller: Caller) -> FolderId:
    """Where the caller begins: a person in their own space, an application at the company's."""
    person = work.people.find(caller.principal) if caller.kind is CallerKind.PERSON else None
    return COMPANY_ROOT if person is None else person.private_root


def _in_folder(work: Work, caller: Caller, folder: FolderId) -> tuple[FolderId, Filling]:
    asked, place = work.doors.folder_and_place(caller, folder, Right.NONE)
    above = work.doors.sight(caller, asked, place).above
    for number in (asked.id, *(ancestor.id for ancestor in reversed(above))):
        held, its_place = work.doors.folder_and_place(caller, number, Right.NONE)
        if held.quota_bytes > 0:
            return held.id, Filling(_used(work, caller, held, its_place), held.quota_bytes)
    return asked.id, Filling(_used(work, caller, asked, place), None)


def _used(work: Work, caller: Caller, folder: Folder, place: Lineage) -> int:
    """What a folder holds of what the caller may read."""
    if Right.READ not in work.doors.sight(caller, folder, place).rights:
        return 0
    (counted,) = work.doors.counted(caller, place, [folder])
    return counted.totals.size_bytes


def _of_user(work: Work, caller: Caller) -> Filling:
    """A person's own space; nobody else has one."""
    person = work.people.find(caller.principal) if caller.kind is CallerKind.PERSON else None
    if person is None:
        return Filling(0, None)
    top = work.doors.folder(caller, person.private_root, Right.NONE)
    return Filling(top.totals.size_bytes, top.quota_bytes if top.quota_bytes > 0 else None)
