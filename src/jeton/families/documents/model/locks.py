"""What one asks about locks. Source: wire/files.md section 8.1."""

from dataclasses import dataclass

from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.locks import LockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLock:
    """Whether a file is locked."""

    file: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeLock:
    """Lock a file."""

    file: FileId
    kind: LockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLock:
    """End a file's lock, if there is one."""

    file: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLocks:
    """The locks on the files directly in a folder."""

    folder: FolderId
