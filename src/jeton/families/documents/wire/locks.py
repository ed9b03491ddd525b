"""What comes in about locks. Source: wire/files.md section 8.1; the body of `PUT` is ours."""

from typing import ClassVar, Final

from jeton.families.documents.model.locks import ListLocks, OpenLock, ReleaseLock, TakeLock
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.locks import LockKind
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.text import sentence
from jeton.wire.shapes import Body, Query
from jeton.wire.types import WireId

_KINDS: Final = {kind.value: kind for kind in LockKind}


class OpenLockIn(Query, frozen=True):
    """One file, by the id of any of its versions."""

    file_id: WireId

    def command(self) -> OpenLock:
        return OpenLock(file=FileId(int(self.file_id)))


class ReleaseLockIn(Query, frozen=True):
    """One file, by the id of any of its versions: whoever locked one may have made another since."""

    file_id: WireId

    def command(self) -> ReleaseLock:
        return ReleaseLock(file=FileId(int(self.file_id)))


class TakeLockIn(Body, frozen=True):
    """Which kind: `lock` (nobody else changes the file), or `lock_read` (nor downloads it). No body is `lock`."""

    ignored: ClassVar[frozenset[str]] = frozenset({"file", "locked", "writeable", "owner", "owner_id", "date"})

    file_id: WireId
    type: str | None = None

    def command(self) -> TakeLock:
        kind = _KINDS.get(self.type or LockKind.WRITE.value)
        if kind is None:
            text = sentence("The member {member} takes one of: {words}.")
            raise Invalid(FieldError("type", "bad_word", text, {"member": "type", "words": ", ".join(_KINDS)}))
        return TakeLock(file=FileId(int(self.file_id)), kind=kind)


class ListLocksIn(Query, frozen=True):
    """The folder whose files' locks are asked."""

    folder_id: WireId

    def command(self) -> ListLocks:
        return ListLocks(folder=FolderId(int(self.folder_id)))
