"""What one asks about what was done. Source: wire/files.md section 8.4; pages are ours."""

from dataclasses import dataclass
from typing import Final

from jeton.kernel.ids import FileId, FolderId

USUAL_EVENTS: Final = 100
MOST_EVENTS: Final = 1000
FARTHEST: Final = 10_000
USUAL_FILES: Final = 50
MOST_FILES: Final = 200
MOST_LOOKED_AT: Final = 5_000
"""New versions that are looked at for some that the caller sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTimeline:
    """What was done to a file, the newest first."""

    file: FileId
    offset: int = 0
    limit: int = USUAL_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTimeline:
    """What was done to a folder and to what is directly in it, the newest first."""

    folder: FolderId
    offset: int = 0
    limit: int = USUAL_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentFiles:
    """Files that came, or got a new version, last."""

    limit: int = USUAL_FILES
