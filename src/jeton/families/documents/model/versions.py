"""What one asks about the versions of a file. Source: wire/files.md sections 3 and 5."""

from dataclasses import dataclass
from typing import Final

from jeton.kernel.ids import FileId
from jeton.kernel.problems import Conflict
from jeton.kit.text import sentence

MOST_VERSIONS: Final = 1000
"""So many are listed at once; the others by `offset`."""


class CurrentVersion(Conflict):
    """What concerns old versions alone was asked of the current one."""

    code = "current_version"
    sentence = sentence("This id is the file's current version: only an older one is restored, or deleted by itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVersions:
    """The versions of a file, the newest first."""

    file: FileId
    offset: int = 0
    limit: int = MOST_VERSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class OneVersion:
    """An old version, to restore or to delete."""

    file: FileId
