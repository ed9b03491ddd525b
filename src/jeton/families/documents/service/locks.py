"""The use cases on locks. What a lock bars is decided in `kernel.locks`. Source: wire/files.md section 8.1."""

from collections.abc import Sequence

from jeton.families.documents.model.folders import MOST_ROWS
from jeton.families.documents.model.locks import ListLocks, OpenLock, ReleaseLock, TakeLock
from jeton.kernel.caller import Caller
from jeton.kernel.locks import LockSwitchedOff, SeenLock, is_offered, seen_lock
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right


def open_lock(work: Work, caller: Caller, command: OpenLock) -> SeenLock:
    """Tell whether a file is locked, and by whom. Raises NoSuchFile."""
    file, place = work.doors.file_and_place(caller, command.file, Right.READ)
    return seen_lock(file, caller.principal, work.doors.sight(caller, file, place).rights)


def list_locks(work: Work, caller: Caller, command: ListLocks) -> Sequence[SeenLock]:
    """List the locks on the files directly in a folder. Raises NoSuchFolder, RightMissing."""
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.READ)
    rights = work.doors.sight(caller, folder, place).rights
    return [seen_lock(file, caller.principal, rights) for file in work.locks.in_folder(folder, MOST_ROWS)]


def take_lock(work: Work, caller: Caller, command: TakeLock) -> SeenLock:
    """Lock a file for oneself. Raises NoSuchFile, RightMissing, OldVersion, FileLocked, LockSwitchedOff."""
    file, place = work.doors.current_file(caller, command.file, Right.EDIT)
    if not is_offered(work.platform, command.kind):
        raise LockSwitchedOff
    work.locks.take(file, command.kind, by=caller.principal, now=work.now)
    work.audit.record(caller, "lock.taken", str(file.id), name=file.name, kind=command.kind.value)
    sight = work.doors.sight(caller, file, place)
    return seen_lock(work.tree.reread_file(file.id), caller.principal, sight.rights)


def release_lock(work: Work, caller: Caller, command: ReleaseLock) -> None:
    """End one's own lock; who holds the space ends anybody's. Raises NoSuchFile, FileLocked."""
    file = work.doors.file_to_release(caller, command.file)
    if file.lock is None:
        return
    work.locks.release(file)
    if file.lock.owner == caller.principal:
        work.audit.record(caller, "lock.released", str(file.id), name=file.name)
    else:
        work.audit.record(caller, "lock.broken", str(file.id), name=file.name, holder=file.lock.owner)
