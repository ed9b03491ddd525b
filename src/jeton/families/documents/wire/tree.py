"""What comes in about folders and files. Source: wire/files.md sections 4 and 5; ids as integers or strings."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Final, TypeVar

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.files import ChangeFile, DeleteFile, OpenFile
from jeton.families.documents.model.folders import (
    ChangeFolder,
    CreateFolder,
    DeleteFolder,
    ListRoots,
    NoSuchRoot,
    OpenFolder,
    OpenRoot,
)
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kernel.tree import RootType
from jeton.kit.clock import Instant
from jeton.kit.text import sentence
from jeton.wire.documents import FILE_READ_ONLY, FOLDER_READ_ONLY
from jeton.wire.shapes import Body, Query
from jeton.wire.types import WireDate, WireId, WireInt, date_in, read_date

T = TypeVar("T")

_LARGEST: Final = 2**62
_ROOTS: Final = {kind.value: kind for kind in RootType}


class OpenFolderIn(Query, frozen=True):
    """A folder, and how deep. `full` and `filter`, which clients send, are of no effect: answers are always full."""

    folder_id: WireId
    depth: WireInt | UnsetType = UNSET

    def command(self) -> OpenFolder:
        return OpenFolder(folder=FolderId(int(self.folder_id)), depth=depth_of(self.depth))


class ListRootsIn(Query, frozen=True):
    """How deep to list the roots."""

    depth: WireInt | UnsetType = UNSET

    def command(self) -> ListRoots:
        return ListRoots(depth=depth_of(self.depth))


class RootsIn(Query, frozen=True):
    """How deep to list the roots; unlike folders, a root comes with its content."""

    depth: WireInt | UnsetType = UNSET

    def command(self) -> ListRoots:
        return ListRoots(depth=1 if self.depth is UNSET else depth_of(self.depth))


class OneRootIn(Query, frozen=True):
    """Which root, and how deep."""

    type: str
    depth: WireInt | UnsetType = UNSET

    def command(self) -> OpenRoot:
        return _root(self.type, self.depth)


class PortalIn(Query, frozen=True):
    """Which root, and how deep: a portal shows the root of one kind, and names it `filter`."""

    filter: str
    depth: WireInt | UnsetType = UNSET

    def command(self) -> OpenRoot:
        return _root(self.filter, self.depth)


class CreateFolderIn(Body, frozen=True):
    """A new folder."""

    ignored: ClassVar[frozenset[str]] = FOLDER_READ_ONLY

    parent_id: WireId
    name: str
    creation: WireDate | None = None
    modification: WireDate | None = None

    def command(self) -> CreateFolder:
        return CreateFolder(
            parent=FolderId(int(self.parent_id)),
            name=self.name,
            created_at=instant_of("creation", self.creation),
            modified_at=instant_of("modification", self.modification),
        )


class ChangeFolderIn(Body, frozen=True):
    """What to change of a folder; what is absent stays."""

    ignored: ClassVar[frozenset[str]] = FOLDER_READ_ONLY

    folder_id: WireId
    name: str | UnsetType = UNSET
    parent_id: WireId | UnsetType | None = UNSET
    creation: WireDate | None = None
    modification: WireDate | None = None
    quota: WireInt | UnsetType = UNSET
    purge_frequency: WireInt | UnsetType = UNSET

    def command(self) -> ChangeFolder:
        return ChangeFolder(
            folder=FolderId(int(self.folder_id)),
            name=None if self.name is UNSET else self.name,
            parent=folder_of(self.parent_id),
            created_at=instant_of("creation", self.creation),
            modified_at=instant_of("modification", self.modification),
            quota_bytes=within("quota", self.quota, -1, _LARGEST),
            purge_after_days=within("purge_frequency", self.purge_frequency, 0, 36_500),
        )


class DeleteFolderIn(Query, frozen=True):
    """A folder to delete; `trash=0` deletes for good."""

    folder_id: WireId
    trash: str = "1"

    def command(self) -> DeleteFolder:
        return DeleteFolder(folder=FolderId(int(self.folder_id)), for_good=self.trash == "0")


class OneFileIn(Query, frozen=True):
    """One file, by the id of a version."""

    file_id: WireId

    def command(self) -> OpenFile:
        return OpenFile(file=FileId(int(self.file_id)))


class ChangeFileIn(Body, frozen=True):
    """What to change of a file; what is absent stays."""

    ignored: ClassVar[frozenset[str]] = FILE_READ_ONLY

    file_id: WireId
    name: str | UnsetType = UNSET
    parent_id: WireId | UnsetType | None = UNSET
    creation: WireDate | None = None
    modification: WireDate | None = None

    def command(self) -> ChangeFile:
        return ChangeFile(
            file=FileId(int(self.file_id)),
            name=None if self.name is UNSET else self.name,
            parent=folder_of(self.parent_id),
            created_at=instant_of("creation", self.creation),
            modified_at=instant_of("modification", self.modification),
        )


class DeleteFileIn(Query, frozen=True):
    """A file to delete; `trash=0` deletes for good."""

    file_id: WireId
    trash: str = "1"

    def command(self) -> DeleteFile:
        return DeleteFile(file=FileId(int(self.file_id)), for_good=self.trash == "0")


def _root(word: str, depth: WireInt | UnsetType) -> OpenRoot:
    kind = _ROOTS.get(word)
    if kind is None:
        raise NoSuchRoot
    return OpenRoot(type=kind, depth=1 if depth is UNSET else depth_of(depth))


def depth_of(depth: WireInt | UnsetType) -> int:
    """How deep to list; 0 when it is absent. Raises Invalid."""
    found = within("depth", depth, -1, 10_000)
    return 0 if found is None else found


def within(member: str, number: WireInt | UnsetType, least: int, most: int) -> int | None:
    """A whole number between two, or None when it is absent. Raises Invalid."""
    if isinstance(number, UnsetType):
        return None
    if not least <= number <= most:
        text = sentence("The member {member} goes from {least} to {most}.")
        raise Invalid(FieldError(member, "out_of_range", text, {"member": member, "least": least, "most": most}))
    return int(number)


def folder_of(parent: WireId | UnsetType | None) -> FolderId | None:
    """The folder that a member names, if it does."""
    return None if parent is None or isinstance(parent, UnsetType) else FolderId(int(parent))


def dated(member: str, text: str) -> datetime | None:
    """A date in a query or a form, or None when it is empty. Raises Invalid."""
    return _dated(member, lambda: read_date(text)) if text else None


def instant_of(member: str, moment: datetime | None) -> Instant | None:
    """The instant of a date, if there is one. Raises Invalid."""
    return None if moment is None else _dated(member, lambda: date_in(moment))


def _dated(member: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError:
        text = sentence("The member {member} takes a date such as 2026-01-30T10:15:00Z.")
        raise Invalid(FieldError(member, "bad_date", text, {"member": member})) from None
