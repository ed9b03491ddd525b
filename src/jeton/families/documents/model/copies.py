"""What one asks about copies. The vendor has none: docs/divergences.md says what we chose."""

from dataclasses import dataclass
from typing import Final

from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.problems import Invalid
from jeton.kit.text import sentence

MOST_COPIED: Final = 100_000
"""Files and folders copied at once: others wait for it to be written."""


class TooMuchToCopy(Invalid):
    """More at once than is copied."""

    code = "too_much_to_copy"
    sentence = sentence("This folder holds {count} entries, more than the {most} that are copied at once.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFile:
    """Copy a file, as one of its versions shows it: into `parent`, or beside it; under `name`, or its own."""

    file: FileId
    parent: FolderId | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFolder:
    """Copy a folder with all in it: into `parent`, or beside it; under `name`, or its own."""

    folder: FolderId
    parent: FolderId | None = None
    name: str | None = None
