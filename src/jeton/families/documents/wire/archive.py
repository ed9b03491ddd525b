"""What comes in about the archive. Source: wire/files.md section 8.7; ids as integers or strings."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.archive import (
    AddArchiveFolder,
    ArchiveFile,
    ArchiveFolder,
    UnarchiveFile,
    UnarchiveFolder,
)
from jeton.families.documents.model.files import DeleteFile
from jeton.families.documents.model.folders import DeleteFolder, OpenFolder
from jeton.families.documents.wire.tree import depth_of, folder_of, instant_of
from jeton.kernel.ids import FileId, FolderId
from jeton.wire.documents import FILE_READ_ONLY, FOLDER_READ_ONLY
from jeton.wire.shapes import Body, Query
from jeton.wire.types import WireDate, WireId, WireInt

_DATES = frozenset({"creation", "modification"})
_LIMITS = frozenset({"quota", "purge_frequency"})


class ArchiveFileIn(Body, frozen=True):
    """Which folder of the archive, if any. What `GET` gives may be sent, without its `parent_id`."""

    ignored: ClassVar[frozenset[str]] = FILE_READ_ONLY | _DATES | {"name"}

    file_id: WireId
    parent_id: WireId | None = None

    def command(self) -> ArchiveFile:
        return ArchiveFile(file=FileId(int(self.file_id)), parent=folder_of(self.parent_id))


class ArchiveFolderIn(Body, frozen=True):
    """The same for a folder."""

    ignored: ClassVar[frozenset[str]] = FOLDER_READ_ONLY | _DATES | _LIMITS | {"name"}

    folder_id: WireId
    parent_id: WireId | None = None

    def command(self) -> ArchiveFolder:
        return ArchiveFolder(folder=FolderId(int(self.folder_id)), parent=folder_of(self.parent_id))


class AddArchiveFolderIn(Body, frozen=True):
    """A new folder; without `parent_id`, among what is archived from the top of the space."""

    ignored: ClassVar[frozenset[str]] = FOLDER_READ_ONLY

    name: str
    parent_id: WireId | None = None
    creation: WireDate | None = None
    modification: WireDate | None = None

    def command(self) -> AddArchiveFolder:
        return AddArchiveFolder(
            parent=folder_of(self.parent_id),
            name=self.name,
            created_at=instant_of("creation", self.creation),
            modified_at=instant_of("modification", self.modification),
        )


class OpenArchiveFolderIn(Query, frozen=True):
    """A folder of the archive, or one of the tree whose archived content is asked; how deep, 1 by default."""

    folder_id: WireId
    depth: WireInt | UnsetType = UNSET

    def command(self) -> OpenFolder:
        return OpenFolder(
            folder=FolderId(int(self.folder_id)), depth=1 if self.depth is UNSET else depth_of(self.depth)
        )


class DeleteArchivedFileIn(Query, frozen=True):
    """A file to delete."""

    file_id: WireId

    def command(self) -> DeleteFile:
        return DeleteFile(file=FileId(int(self.file_id)))


class DeleteArchivedFolderIn(Query, frozen=True):
    """A folder to delete."""

    folder_id: WireId

    def command(self) -> DeleteFolder:
        return DeleteFolder(folder=FolderId(int(self.folder_id)))


class UnarchiveFileIn(Body, frozen=True):
    """Where to and under which name, when not as it was."""

    ignored: ClassVar[frozenset[str]] = FILE_READ_ONLY | _DATES

    file_id: WireId
    parent_id: WireId | None = None
    name: str | None = None

    def command(self) -> UnarchiveFile:
        return UnarchiveFile(file=FileId(int(self.file_id)), parent=folder_of(self.parent_id), name=self.name)


class UnarchiveFolderIn(Body, frozen=True):
    """The same for a folder."""

    ignored: ClassVar[frozenset[str]] = FOLDER_READ_ONLY | _DATES | _LIMITS

    folder_id: WireId
    parent_id: WireId | None = None
    name: str | None = None

    def command(self) -> UnarchiveFolder:
        return UnarchiveFolder(folder=FolderId(int(self.folder_id)), parent=folder_of(self.parent_id), name=self.name)
