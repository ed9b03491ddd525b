"""What one asks about the archive. Source: wire/files.md section 8.7; bodies are ours."""

from dataclasses import dataclass

from jeton.kernel.ids import FileId, FolderId
from jeton.kit.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFile:
    """Put a file in the archive: among what came from its folder, or in a folder of the archive."""

    file: FileId
    parent: FolderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFolder:
    """The same with a folder and all in it."""

    folder: FolderId
    parent: FolderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddArchiveFolder:
    """Make a folder in a folder of the archive; or among what is archived from one of the tree, the top by default."""

    parent: FolderId | None
    name: str
    created_at: Instant | None = None
    modified_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnarchiveFile:
    """Back to where it was, or into `parent`; under its name, or `name`."""

    file: FileId
    parent: FolderId | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnarchiveFolder:
    """The same with a folder and all in it."""

    folder: FolderId
    parent: FolderId | None = None
    name: str | None = None
