"""What the use cases on folders and files share: the views that they give, and the checks before something lands."""

from jeton.families.documents.model.folders import FixedTop, TooDeep, WouldLoop
from jeton.families.documents.model.landing import NameTaken, OtherSpace, OverQuota, OverQuotaAbove, check_name
from jeton.kernel.caller import Caller
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.kernel.tree import DEEPEST, NOWHERE, File, Folder, Lineage, Right, sibling_key


def new_name(work: Work, parent: Folder, name: str, *, of: Folder | File | None = None) -> None:
    """Refuse a name that cannot be given in a folder, or that somebody else there has. Raises BadName, NameTaken."""
    check_name(name, work.names)
    if of is not None and of.parent == parent.id and sibling_key(of.name) == sibling_key(name):
        return
    if work.tree.sibling(parent, name) is not None:
        raise NameTaken


def room_for_folders(place: Lineage, levels: int) -> None:
    """Refuse what would go too deep: `levels` more below a folder that hangs at `place`. Raises TooDeep."""
    if len(place.above) + 1 + levels > DEEPEST:
        raise TooDeep(deepest=DEEPEST)


def movable(
    work: Work, caller: Caller, node: Folder | File, place: Lineage, target: FolderId, *, archived: bool = False
) -> Folder:
    """The folder, of the tree or (`archived`) of the archive, into which something may be moved.

    Raises: NoSuchFolder, RightMissing (delete where it is, write where it goes); FixedTop; OtherSpace; WouldLoop;
    TooDeep.
    """
    if node.parent is None and place.archive is None:
        raise FixedTop
    into, into_place = work.doors.folder_and_place(caller, target, Right.WRITE, archived=archived)
    work.doors.throughout(caller, node, place, Right.DELETE)
    if place.archive is None or into.id != place.archive.origin or node.parent not in {None, NOWHERE}:
        # Where it was, its own entries and those above still say who reads it; elsewhere others are above.
        _gains_nothing(work, caller, node, place, work.doors.sight(caller, into, into_place).rights)
    if (into_place.space, into_place.space_owner) != (place.space, place.space_owner):
        raise OtherSpace
    if isinstance(node, Folder):
        if work.tree.holds(node, into):
            raise WouldLoop
        room_for_folders(into_place, work.tree.height(node))
    return into


def room_for_bytes(
    work: Work, caller: Caller, folder: Folder, place: Lineage, more: int, *, moved_from: Lineage | None = None
) -> None:
    """Refuse what goes beyond the quota of the folder or of one above it. Raises OverQuota.

    What open uploads will take counts as taken. What takes no more bytes than before is never refused; what is moved
    weighs nothing on those that held it already.
    The quota of a whole space counts what is archived from it; those of other folders do not.
    """
    if more <= 0:
        return
    top = place.above[0].id if place.above else folder.id
    held_by: set[FolderId] = set()
    if moved_from is not None:
        held_by = {top} if moved_from.archive is not None else {ancestor.id for ancestor in moved_from.above}
    in_sight = {ancestor.id for ancestor in work.doors.sight(caller, folder, place).above} | {folder.id}
    # Quotas hold whoever writes: folders above that the caller does not see count, but are not named.
    for number in (*(ancestor.id for ancestor in place.above), folder.id):
        if number in held_by:
            continue
        holder = work.tree.reread_folder(number)
        if holder.quota_bytes <= 0:
            continue
        archived = work.archive.held(place.space, place.space_owner).size_bytes if number == top else 0
        if holder.totals.size_bytes + archived + work.tree.reserved(holder) + more > holder.quota_bytes:
            raise OverQuota(folder=holder.name, quota=holder.quota_bytes) if number in in_sight else OverQuotaAbove


def room_left(work: Work, folder: Folder, place: Lineage) -> int | None:
    """How many bytes more the quotas of a folder and of those above it let in; None when they set no bound."""
    rooms = []
    for number in (*(ancestor.id for ancestor in place.above), folder.id):
        holder = work.tree.reread_folder(number)
        if holder.quota_bytes > 0:
            rooms.append(holder.quota_bytes - holder.totals.size_bytes - work.tree.reserved(holder))
    return max(min(rooms), 0) if rooms else None


_DISCLOSING = Right.READ | Right.DOWNLOAD


def _gains_nothing(work: Work, caller: Caller, node: Folder | File, place: Lineage, there: Right) -> None:
    """Refuse a move by which somebody would read what they may not read now. Raises RightMissing."""
    gained = there & _DISCLOSING
    if gained:
        work.doors.throughout(caller, node, place, gained)
