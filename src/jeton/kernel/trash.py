"""The trash: what was taken out of the tree and may come back, who reaches it, and when it goes for good.

Pure, apart from the Protocol that storage answers. An entry is reached by whoever deleted; by the owner of the private
space it came from; and by whoever administers, unless it came from a private space.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.caller import OPERATOR, Caller, CallerKind
from jeton.kernel.ids import FolderId, NodeId, PrincipalId
from jeton.kernel.problems import Unknown
from jeton.kernel.tree import Folder, Right, Space
from jeton.kernel.treeport import Trashed
from jeton.kit.clock import DAY, Instant
from jeton.kit.text import sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Platform, Work

TRASH_DAYS: Final = "trash_days"
"""The platform's setting: how many days an entry is kept; 0 keeps it until somebody destroys it."""

DEFAULT_DAYS: Final = 30
_PURGE: Final = OPERATOR._replace(name="retention")


class NoSuchTrash(Unknown):
    """No entry under this id that the caller reaches."""

    code = "no_such_trash"
    sentence = sentence("There is no such entry in the trash.")


class TrashEntry(NamedTuple):
    """One entry. `current` is the id under which the node is seen: the folder's, or that of the file's newest version.

    `place` names the folders that held it, as far as the deleter saw them; `held` says what of reading and downloading
    they might do in all of it.
    """

    item: Trashed
    node: NodeId
    current: int
    parent: FolderId
    place: str
    space: Space
    space_owner: PrincipalId
    held: Right
    deleted_by: PrincipalId
    deleter_name: str


class Trash(Protocol):
    """Entries. One that is being destroyed is there for nobody any more."""

    def find(self, entry: int) -> TrashEntry | None:
        """One entry, whoever it concerns."""

    def of(self, person: PrincipalId, *, offset: int, limit: int) -> Sequence[TrashEntry]:
        """What somebody deleted, the newest first."""

    def count_of(self, person: PrincipalId) -> int:
        """How many `of` would give in all."""

    def of_others(self, person: PrincipalId, *, company: bool, offset: int, limit: int) -> Sequence[TrashEntry]:
        """What others deleted in somebody's private space and, if `company`, in the company space; the newest first."""

    def count_of_others(self, person: PrincipalId, *, company: bool) -> int:
        """How many `of_others` would give in all."""

    def due(self, before: Instant, limit: int) -> Sequence[TrashEntry]:
        """What was deleted before an instant, the oldest first."""

    def height(self, entry: TrashEntry) -> int:
        """Levels of folders in it, itself counted; 0 for a file."""

    def place_stands(self, entry: TrashEntry) -> bool:
        """Whether the folder that held it is still in the tree."""

    def restore(self, entry: TrashEntry, target: Folder, name: str, now: Instant) -> None:
        """Hang it, with all below it, in a folder; ids, versions and dates are as they were, and totals follow."""

    def destroy(self, entry: TrashEntry, now: Instant) -> None:
        """Destroy it: gone at once, and its rows and bytes are taken away later, a few at a time."""

    def destroy_of(self, person: PrincipalId, now: Instant) -> int:
        """Destroy all that somebody deleted; how many entries."""


def reaches(caller: Caller, entry: TrashEntry) -> bool:
    """Whether a caller may look at an entry, restore and destroy it. Source: wire/files.md section 8.6."""
    if caller.kind is CallerKind.NOBODY:
        return False
    if entry.deleted_by == caller.principal:
        return True
    if entry.space is Space.PRIVATE:
        return caller.kind is CallerKind.PERSON and entry.space_owner == caller.principal
    return caller.administers


def reach(trash: Trash, caller: Caller, entry: int) -> TrashEntry:
    """The entry under this id, for whoever reaches it. Raises NoSuchTrash."""
    found = trash.find(entry)
    if found is None or not reaches(caller, found):
        raise NoSuchTrash
    return found


def trash_days(platform: "Platform") -> int:
    """How many days an entry is kept; 0: for ever."""
    kept = platform.value(TRASH_DAYS)
    return int(kept) if kept is not None and kept.isdecimal() else DEFAULT_DAYS


def purge(work: "Work", limit: int) -> int:
    """Destroy what has been in the trash longer than the platform keeps it, at most `limit` entries; how many."""
    days = trash_days(work.platform)
    due = work.trash.due(work.now - days * DAY, limit) if days else ()
    for entry in due:
        work.trash.destroy(entry, work.now)
        work.audit.record(_PURGE, "trash.purged", str(entry.item.id), name=entry.item.name)
    return len(due)
