"""What comes in and goes out about rights. Source: wire/files.md section 8.2; ids as integers or strings."""

from typing import ClassVar, Final

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.rights import ChangeRight, GiveRight, ListRights, OpenRight
from jeton.kernel.entries import Entry
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.tree import Right
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireId

_FLAGS: Final = ("BROWSE", "READ", "DOWNLOAD", "WRITE", "EDIT", "DELETE", "SHARE")


class GiveRightIn(Body, frozen=True):
    """Rights for a user or a group on a folder; a flag that is absent is not given."""

    ignored: ClassVar[frozenset[str]] = frozenset({"id", "target"})

    folder_id: WireId
    target_id: WireId
    browse: bool = False
    read: bool = False
    download: bool = False
    write: bool = False
    edit: bool = False
    delete: bool = False
    share: bool = False

    def command(self) -> GiveRight:
        return GiveRight(
            folder=FolderId(int(self.folder_id)),
            target=PrincipalId(int(self.target_id)),
            rights=_flags(self, given=True),
        )


class OneRightIn(Query, frozen=True):
    """One entry."""

    right_id: WireId

    def command(self) -> OpenRight:
        return OpenRight(entry=int(self.right_id))


class ChangeRightIn(Body, frozen=True):
    """Flags to set or to clear; what is absent stays. An entry keeps its folder and its target."""

    ignored: ClassVar[frozenset[str]] = frozenset({"id", "folder_id", "target_id", "target"})

    right_id: WireId
    browse: bool | UnsetType = UNSET
    read: bool | UnsetType = UNSET
    download: bool | UnsetType = UNSET
    write: bool | UnsetType = UNSET
    edit: bool | UnsetType = UNSET
    delete: bool | UnsetType = UNSET
    share: bool | UnsetType = UNSET

    def command(self) -> ChangeRight:
        return ChangeRight(entry=int(self.right_id), given=_flags(self, given=True), taken=_flags(self, given=False))


class ListRightsIn(Query, frozen=True):
    """The folder whose entries are asked."""

    folder_id: WireId

    def command(self) -> ListRights:
        return ListRights(folder=FolderId(int(self.folder_id)))


class RightOut(Shape, frozen=True):
    """One entry. Source: wire/files.md section 8.2."""

    id: int
    folder_id: int
    target_id: int
    target: str
    browse: bool
    read: bool
    download: bool
    write: bool
    edit: bool
    delete: bool
    share: bool

    @classmethod
    def of(cls, entry: Entry) -> "RightOut":
        flags = {name.lower(): flag in entry.rights for name, flag in Right.__members__.items() if name in _FLAGS}
        return cls(id=entry.id, folder_id=entry.folder, target_id=entry.target, target=entry.target_name, **flags)


def _flags(shape: GiveRightIn | ChangeRightIn, *, given: bool) -> Right:
    found = Right.NONE
    for flag in _FLAGS:
        if getattr(shape, flag.lower()) is given:
            found |= Right[flag]
    return found
