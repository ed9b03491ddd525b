"""Locks: what somebody keeps others from doing to a file while they work on it.

Pure, apart from the Protocol that storage answers. A lock holds whoever comes, administrators too: they release it
first. The doors (`kernel.doors`) ask here for every file that they hand out, so that no use case needs to. There is no
expiry. A lock ends when it is released, when its file is deleted or archived, when its holder's account is disabled or
deleted, and when the platform's option for its kind is switched off.
"""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import Forbidden
from jeton.kernel.tree import File, Folder, Right
from jeton.kit.clock import Instant
from jeton.kit.text import sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Platform

ON: Final = "on"
OFF: Final = "off"


class LockKind(Enum):
    """The two kinds. The value is the word on the wire, and the name of the platform's option."""

    WRITE = "lock"
    """Others do not change the file."""
    READ_AND_WRITE = "lock_read"
    """Nor do they get at its bytes."""


OPTIONS: Final = {LockKind.WRITE: ON, LockKind.READ_AND_WRITE: OFF}
"""Whether a kind may be taken, before an administrator says so."""

_CHANGING: Final = Right.WRITE | Right.EDIT | Right.DELETE
BARRED: Final = {LockKind.WRITE: _CHANGING, LockKind.READ_AND_WRITE: _CHANGING | Right.DOWNLOAD}
"""What a lock bars others from: whatever needs one of these on the file, or throughout a folder that holds it."""


class Lock(NamedTuple):
    """A lock in force."""

    kind: LockKind
    owner: PrincipalId
    owner_name: str
    taken_at: Instant


class SeenLock(NamedTuple):
    """Whether a file is locked, as somebody sees it; `may_write` says whether they may change it now."""

    guid: str
    lock: Lock | None
    may_write: bool


class FileLocked(Forbidden):
    """Somebody else has locked the file."""

    code = "file_locked"
    sentence = sentence("This file is locked by “{owner}”: nobody else changes it until they, or who administers the "
                        "space, release it.")  # fmt: skip


class FileLockedBelow(FileLocked):
    """Somebody else has locked a file, somewhere in the folder."""

    sentence = sentence("A file in this folder is locked by somebody else.")


class LockSwitchedOff(Forbidden):
    """The platform does not offer this kind of lock."""

    code = "lock_switched_off"
    sentence = sentence("Locks of this kind are switched off on this platform.")


class Locks(Protocol):
    """The locks in force. Callers hold the file or folder by a door."""

    def take(self, file: File, kind: LockKind, *, by: PrincipalId, now: Instant) -> None:
        """Lock a file that nobody else has locked; one's own lock changes its kind, and begins anew."""

    def release(self, file: File) -> None:
        """End a file's lock."""

    def in_folder(self, folder: Folder, limit: int) -> Sequence[File]:
        """The files directly in a folder that are locked, by name."""

    def end_of_kind(self, kind: LockKind) -> int:
        """End all of a kind; how many."""

    def end_of_holder(self, holder: PrincipalId) -> int:
        """End all that somebody holds; how many."""


def bars(kind: LockKind, needed: Right) -> bool:
    """Whether somebody else's lock of this kind bars what needs these rights. Source: wire/files.md section 8.1."""
    return bool(BARRED[kind].value & needed.value)


def check_lock(file: File, who: PrincipalId, needed: Right) -> None:
    """Refuse what somebody else's lock on a file bars. Raises FileLocked."""
    lock = file.lock
    if lock is not None and lock.owner != who and bars(lock.kind, needed):
        raise FileLocked(owner=lock.owner_name)


def seen_lock(file: File, who: PrincipalId, rights: Right) -> SeenLock:
    """A file's lock as it looks to somebody who has these rights on the file."""
    return SeenLock(file.guid, file.lock, Right.EDIT in rights and (file.lock is None or file.lock.owner == who))


def is_offered(platform: "Platform", kind: LockKind) -> bool:
    """Whether locks of this kind may be taken."""
    return (platform.value(kind.value) or OPTIONS[kind]) == ON
