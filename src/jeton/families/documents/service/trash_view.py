"""What the console shows of the trash: a page of entries, and one entry with the folders that it may go back into."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jeton.families.documents.model.landing import NameTaken
from jeton.families.documents.model.trash import ListTrash, Restore, ViewEntry, ViewTrash
from jeton.families.documents.service import trash
from jeton.kernel.caller import Caller
from jeton.kernel.doors import NoSuchFolder
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.kernel.problems import FieldError, Invalid
from jeton.kernel.trash import TrashEntry, reach, trash_days
from jeton.kernel.tree import Ancestor, Folder, Lineage, Right, SeenFile, SeenFolder
from jeton.kit.text import sentence

PAGE_SIZE: Final = 50
_MOST_FOLDERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashView:
    """A page of entries. `has_others` says whether anybody else's are within reach; `days`: 0 keeps for ever."""

    entries: Sequence[TrashEntry]
    others: bool
    has_others: bool
    page: int
    pages: int
    total: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry. `folder` is where it would go: None when the place is gone and another was not chosen yet; `tops` are
    then where to begin. `may_write` says whether it may go there."""

    entry: TrashEntry
    folder: Folder | None
    above: Sequence[Ancestor]
    folders: Sequence[Folder]
    tops: Sequence[Folder]
    may_write: bool


def view_trash(work: Work, caller: Caller, command: ViewTrash) -> TrashView:
    """A page of one's own entries, or of those of others within reach."""
    company = caller.administers
    of_others = work.trash.count_of_others(caller.principal, company=company)
    total = of_others if command.others else work.trash.count_of(caller.principal)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, command.page), pages)
    asked = ListTrash(others=command.others, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return TrashView(
        entries=trash.entries(work, caller, asked),
        others=command.others,
        has_others=of_others > 0,
        page=page,
        pages=pages,
        total=total,
        days=trash_days(work.platform),
    )


def view_entry(work: Work, caller: Caller, command: ViewEntry) -> EntryView:
    """One entry and a folder to put it in. Raises NoSuchTrash, NoSuchFolder."""
    entry = reach(work.trash, caller, command.entry)
    roots = work.doors.tops(caller)
    tops = [root.folder for root in roots if _is_home(entry, root.place)]
    found = _place(work, caller, entry, command.within)
    if found is None:
        return EntryView(entry=entry, folder=None, above=(), folders=(), tops=tops, may_write=False)
    folder, place = found
    sight = work.doors.sight(caller, folder, place)
    inside = work.tree.folders_in(folder, offset=0, limit=_MOST_FOLDERS)
    seen = work.doors.children(caller, place, {folder.id: sight.rights}, inside)
    return EntryView(
        entry=entry,
        folder=folder,
        above=sight.above,
        folders=[child for child in inside if child.id in seen],
        tops=tops,
        may_write=Right.WRITE in sight.rights,
    )


def restore(work: Work, caller: Caller, command: Restore) -> SeenFile | SeenFolder:
    """As `trash.restore`, with a taken name told at the field that can mend it."""
    try:
        return trash.restore(work, caller, command)
    except NameTaken:
        text = sentence("There is already something of this name in that folder. Choose another name.")
        raise Invalid(FieldError("name", NameTaken.code, text)) from None


def _place(work: Work, caller: Caller, entry: TrashEntry, within: FolderId | None) -> tuple[Folder, Lineage] | None:
    try:
        found = work.doors.folder_and_place(caller, within or entry.parent, Right.NONE)
    except NoSuchFolder:
        if within is not None:
            raise
        return None
    return found if _is_home(entry, found[1]) else None


def _is_home(entry: TrashEntry, place: Lineage) -> bool:
    return (place.space, place.space_owner) == (entry.space, entry.space_owner)
