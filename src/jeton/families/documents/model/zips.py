"""What one asks to have in one archive, and what its entries are called.

Source: wire/files.md section 7; security.md AR.
"""

import re
from dataclasses import dataclass
from typing import Final

from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.problems import Invalid
from jeton.kit.text import nfc, sentence

MOST_CHOSEN: Final = 1000
MOST_ENTRIES: Final = 50_000
"""An archive's table of contents is held in memory until its end."""


class TooManyEntries(Invalid):
    """More than goes into one archive."""

    code = "too_many_entries"
    sentence = sentence("An archive holds at most {most} files and folders. Choose fewer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchZip:
    """Files and folders, with all in them that the caller may download; a name, or None for that of what is chosen."""

    files: tuple[FileId, ...]
    folders: tuple[FolderId, ...]
    name: str | None = None


# What some system takes for a separator, a drive, a stream or a wildcard; relaxed names may hold them.
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


def safe_segment(name: str) -> str:
    """A name that stays within its folder on every system."""
    safe = _UNSAFE.sub("_", name)
    return safe if safe.strip(". ") else safe.replace(".", "_").replace(" ", "_") or "_"


class Paths:
    """Paths within an archive, each given once: also where names that differ in case alone are the same."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def free(self, within: str, name: str) -> str:
        """A path for a name in the folder `within` (empty, or ending with a slash); numbered when it is taken."""
        safe = safe_segment(name)
        stem, dot, ending = safe.rpartition(".")
        if not stem.strip("."):
            stem, dot, ending = safe, "", ""
        key, path = _key(within + safe), within + safe
        number = self._numbers.get(key, 0)
        while _key(path) in self._numbers:
            number += 1
            path = f"{within}{stem} ({number}){dot}{ending}"
        self._numbers[_key(path)] = 1
        if number:
            self._numbers[key] = number
        return path


def _key(path: str) -> str:
    return nfc(path.casefold())
