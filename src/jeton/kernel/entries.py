"""Entries of rights: who was given what on which folder; and what they come to, going down from the top.

Pure, apart from the Protocols that storage answers. The doors (`kernel.doors`) are the only ones who decide with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.tree import Folder, Lineage, Right
from jeton.kit.clock import Instant

INHERITABLE: Final = Right.ALL & ~Right.BROWSE
"""What goes down to the folders below. To pass through is for the folder that says so alone."""

READING: Final = Right.BROWSE | Right.READ | Right.DOWNLOAD
MODIFYING: Final = Right.WRITE | Right.EDIT | Right.DELETE
INVITING: Final = Right.SHARE
"""The three words of the simple mode (wire/files.md section 8.2)."""


class Entry(NamedTuple):
    """One entry: a person or a group, a folder, and the seven flags. None set cuts off."""

    id: int
    folder: FolderId
    target: PrincipalId
    target_name: str
    is_group: bool
    rights: Right


class Said(NamedTuple):
    """What one entry says to one person: on which folder, whether it names them or a group of theirs."""

    folder: FolderId
    is_own: bool
    rights: int


def rights_below(inherited: int, said: Iterable[Said]) -> int:
    """What a person may do in a folder, from what comes down to it and what its entries say to them.

    Their own entry replaces all; else the union of their groups' entries does; else it is inherited, without browse.
    Plain numbers: flags cost microseconds, and each level of each call passes here. Source: decisions.md, "Rights".
    """
    union, is_said = 0, False
    for _, is_own, rights in said:
        if is_own:
            return rights
        union |= rights
        is_said = True
    return union if is_said else inherited & ~Right.BROWSE.value


def levels_on(way: Iterable[FolderId], said: Mapping[FolderId, Sequence[Said]]) -> list[int]:
    """What a person may do in each folder on a way down from a top, by what their entries say to them."""
    held, levels = 0, []
    for folder in way:
        held = rights_below(held, said.get(folder, ()))
        levels.append(held)
    return levels


class EntriesToOne(Protocol):
    """What the doors ask: the entries that concern a person, by name or by a group of theirs."""

    def said(self, person: PrincipalId, folders: Sequence[FolderId]) -> Sequence[Said]:
        """On these folders."""

    def said_below(self, person: PrincipalId, folder: FolderId) -> Sequence[Said]:
        """On the folders below this one, at any depth."""

    def hides(self, person: PrincipalId) -> bool:
        """Whether any entry that concerns them gives no reading: else nothing is hidden below what they read."""

    def given_on(self, folders: Sequence[FolderId]) -> Sequence[FolderId]:
        """Those of the folders on which somebody was given something."""

    def find(self, entry: int) -> Entry | None:
        """One entry, whoever it concerns."""

    def places(self, person: PrincipalId) -> Sequence[tuple[FolderId, Lineage]]:
        """Every live folder that has one, and where it hangs."""


class Entries(Protocol):
    """Entries as those who give them see them. Callers hold the folder by a door."""

    def find(self, entry: int) -> Entry | None:
        """One entry."""

    def of_folder(self, folder: Folder) -> Sequence[Entry]:
        """A folder's own entries, by name; those of groups first."""

    def above(self, place: Lineage) -> Sequence[Entry]:
        """The entries of the folders above, by name."""

    def said_to(self, people: Sequence[PrincipalId]) -> Sequence[tuple[PrincipalId, Said]]:
        """What all entries say to each of these people."""

    def ways(self, folders: Sequence[FolderId]) -> Sequence[tuple[FolderId, Lineage]]:
        """Where each of these folders hangs, those in the trash left out."""

    def on(self, folder: FolderId, target: PrincipalId) -> Entry | None:
        """The entry of one target on a folder."""

    def target(self, principal: PrincipalId) -> tuple[str, bool] | None:
        """The name of a user or group that may be given rights, and whether it is a group; None for anything else."""

    def put(self, folder: FolderId, target: PrincipalId, rights: Right, *, by: PrincipalId, now: Instant) -> int:
        """Give a target these rights on a folder, instead of what they had there; the entry's id."""

    def remove(self, entry: int) -> None:
        """Take an entry back: what comes from above holds again."""
