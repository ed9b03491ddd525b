"""What the console shows of a folder's rights: who has which of the simple words here, and what comes from above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.families.documents.model.rights import ViewRights
from jeton.kernel.caller import Caller
from jeton.kernel.doors import Root, standing
from jeton.kernel.entries import INVITING, MODIFYING, READING, Entry
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.ports import Work
from jeton.kernel.tree import Ancestor, Folder, Right, Space

SIMPLE: Final[Mapping[str, Right]] = {"read": READING, "modify": MODIFYING, "invite": INVITING}
"""The words of the simple mode, and the flags that each stands for. Source: wire/files.md section 8.2."""

FLAGS: Final[Mapping[str, Right]] = {
    (flag.name or "").lower(): flag for flag in Right if flag not in {Right.NONE, Right.ALL}
}
PAGE_SIZE: Final = 50
_MOST_FOUND: Final = 10


class Given(NamedTuple):
    """An entry in words: the simple ones, unless it says something that they cannot."""

    entry: Entry
    simple: frozenset[str]
    flags: frozenset[str]

    @property
    def is_simple(self) -> bool:
        """Whether the simple words say all of it."""
        said = Right.NONE
        for word in self.simple:
            said |= SIMPLE[word]
        return said == self.entry.rights


class Found(NamedTuple):
    """Somebody who may be given rights here, and whether they have an entry on this folder already."""

    id: PrincipalId
    name: str
    login: str
    is_group: bool
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsView:
    """One folder: where it is, what is in it, its entries, those that come down to it, and who was searched.

    `inherited` holds for each target the nearest entry above, with the folder that says so.
    """

    folder: Folder
    above: Sequence[Ancestor]
    folders: Sequence[Folder]
    page: int
    pages: int
    given: Sequence[Given]
    inherited: Sequence[tuple[Given, Ancestor]]
    is_private: bool
    find: str
    found: Sequence[Found]


def tops_to_give(work: Work, caller: Caller, command: None) -> Sequence[Root]:
    """The tops of the spaces whose rights the caller says."""
    return [root for root in work.doors.tops(caller) if standing(caller, root.place)]


def view_rights(work: Work, caller: Caller, command: ViewRights) -> RightsView:
    """What stands on a folder and what comes down to it. Raises NoSuchFolder, RightsNotYours."""
    folder, place = work.doors.folder_to_give(caller, command.folder)
    given = work.entries.of_folder(folder)
    there = {entry.target for entry in given}
    pages = max(1, -(-folder.totals.direct_folders // PAGE_SIZE))
    page = min(max(1, command.page), pages)
    return RightsView(
        folder=folder,
        above=place.above,
        folders=work.tree.folders_in(folder, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        page=page,
        pages=pages,
        given=[_in_words(entry) for entry in given],
        inherited=_nearest(work.entries.above(place), place.above, there),
        is_private=place.space is Space.PRIVATE,
        find=command.find,
        found=_found(work, caller, command.find, there),
    )


def _in_words(entry: Entry) -> Given:
    simple = frozenset(word for word, rights in SIMPLE.items() if rights in entry.rights)
    return Given(entry, simple, frozenset(word for word, flag in FLAGS.items() if flag in entry.rights))


def _nearest(
    entries: Sequence[Entry], above: Sequence[Ancestor], there: set[PrincipalId]
) -> Sequence[tuple[Given, Ancestor]]:
    """The nearest entry of each target that has none here; passing through is not inherited."""
    order: dict[FolderId, int] = {folder.id: level for level, folder in enumerate(above)}
    nearest: dict[PrincipalId, Entry] = {}
    for entry in sorted(entries, key=lambda entry: order[entry.folder]):
        if entry.target not in there:
            nearest[entry.target] = entry
    return [(_in_words(entry), above[order[entry.folder]]) for entry in entries if nearest.get(entry.target) is entry]


def _found(work: Work, caller: Caller, typed: str, there: set[PrincipalId]) -> Sequence[Found]:
    """Administrators search in the whole directory; others must know a login or an address, and find their groups."""
    if not typed:
        return []
    if caller.administers:
        people = work.people.page(search=typed, offset=0, limit=_MOST_FOUND)
        groups = work.groups.page(search=typed, offset=0, limit=_MOST_FOUND)
    else:
        known = work.people.find_by_identifier(typed)
        people = [] if known is None or known.id == caller.principal else [known]
        groups = work.groups.page(search=typed, offset=0, limit=_MOST_FOUND, seen_by=caller.principal)
    found = [Found(group.id, group.name, "", True, group.id in there) for group in groups]
    return found + [Found(user.id, user.full_name, user.login, False, user.id in there) for user in people]
