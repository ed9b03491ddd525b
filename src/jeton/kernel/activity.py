"""What was done to files and folders, as those who see them are told: the lines of the journal, in numbers. Pure.

Whoever sees a file or a folder learns what was done to it, and by whom. Who read it, and who was given rights, is for
those who hold the space. Addresses, applications and the names of other places are told to nobody here.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, NamedTuple, Protocol

from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.logs import LogEntry
from jeton.kernel.tree import File, Folder


class EventType(IntEnum):
    """What happened. The vendor does not document its numbers: these are ours (docs/divergences.md)."""

    MADE = 1
    VERSION = 2
    CHANGED = 3
    MOVED = 4
    DELETED = 5
    RESTORED = 6
    READ = 7
    LOCK = 8
    ARCHIVE = 9
    RIGHTS = 10


class Code(NamedTuple):
    """An event in numbers."""

    type: EventType
    subtype: int


CODES: Final = {
    "file.created": Code(EventType.MADE, 1),
    "folder.created": Code(EventType.MADE, 2),
    "file.copied": Code(EventType.MADE, 3),
    "folder.copied": Code(EventType.MADE, 4),
    "file.version_added": Code(EventType.VERSION, 1),
    "file.version_restored": Code(EventType.VERSION, 2),
    "file.version_deleted": Code(EventType.VERSION, 3),
    "file.versions_pruned": Code(EventType.VERSION, 4),
    "file.changed": Code(EventType.CHANGED, 1),
    "folder.changed": Code(EventType.CHANGED, 2),
    "file.moved": Code(EventType.MOVED, 1),
    "folder.moved": Code(EventType.MOVED, 2),
    "file.trashed": Code(EventType.DELETED, 1),
    "folder.trashed": Code(EventType.DELETED, 2),
    "file.purged": Code(EventType.DELETED, 3),
    "trash.restored": Code(EventType.RESTORED, 0),
    "file.downloaded": Code(EventType.READ, 1),
    "file.token_made": Code(EventType.READ, 2),
    "file.token_used": Code(EventType.READ, 3),
    "lock.taken": Code(EventType.LOCK, 1),
    "lock.released": Code(EventType.LOCK, 2),
    "lock.broken": Code(EventType.LOCK, 3),
    "file.archived": Code(EventType.ARCHIVE, 1),
    "folder.archived": Code(EventType.ARCHIVE, 2),
    "file.unarchived": Code(EventType.ARCHIVE, 3),
    "folder.unarchived": Code(EventType.ARCHIVE, 4),
    "right.given": Code(EventType.RIGHTS, 1),
    "right.changed": Code(EventType.RIGHTS, 2),
    "right.withdrawn": Code(EventType.RIGHTS, 3),
}
"""The acts that are told, by their names in the journal."""

FOR_HOLDERS: Final = frozenset({EventType.READ, EventType.RIGHTS})
"""Told to whoever holds the space, and to nobody else."""

_FOR_ALL: Final = tuple(action for action, code in CODES.items() if code.type not in FOR_HOLDERS)


class Event(NamedTuple):
    """One act. `name` and `size_bytes` are those of then, empty and None where the act says nothing of them."""

    line: LogEntry
    code: Code
    name: str
    size_bytes: int | None


class Activity(Protocol):
    """The journal by what it is about. Callers hold the file or folder by a door."""

    def of_file(self, file: File, actions: Sequence[str], *, offset: int, limit: int) -> Sequence[LogEntry]:
        """What was done to a file in all its versions that are kept, the newest first."""

    def of_folder(
        self, folder: Folder, inner: Sequence[FolderId], actions: Sequence[str], *, files: bool, offset: int, limit: int
    ) -> Sequence[LogEntry]:
        """What was done to a folder, to these folders in it and, if `files`, to those directly in it."""

    def newest(self, below: FileId, limit: int) -> Sequence[tuple[FileId, FolderId]]:
        """Files whose current version has an id lower than `below`, the newest version first, and where they hang."""


def actions_for(*, holder: bool) -> Sequence[str]:
    """What of the journal is told to whoever sees a node; `holder`: to who holds its space."""
    return tuple(CODES) if holder else _FOR_ALL


def event(line: LogEntry) -> Event:
    """A line in numbers."""
    name, size = line.facts.get("name"), line.facts.get("size")
    return Event(
        line, CODES[line.action], name if isinstance(name, str) else "", size if isinstance(size, int) else None
    )
