"""What one asks about files. Source: wire/files.md section 5."""

from dataclasses import dataclass

from jeton.kernel.ids import FileId, FolderId
from jeton.kit.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """Look at a file, as one of its versions shows it."""

    file: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFile:
    """Rename, move or date a file; None leaves a thing as it is."""

    file: FileId
    name: str | None = None
    parent: FolderId | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteFile:
    """To the trash, or for good, with all its versions."""

    file: FileId
    for_good: bool = False
