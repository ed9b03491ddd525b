"""Calls on locks. Source: wire/files.md section 8.1."""

from jeton.families.documents.model import READ, WRITE
from jeton.families.documents.service import locks
from jeton.families.documents.wire import locks as wire
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFile, NoSuchFolder, OldVersion, RightMissing
from jeton.kernel.locks import FileLocked, LockSwitchedOff
from jeton.kernel.rights import OnFile, OnFolder, OnLock
from jeton.kernel.tree import Right
from jeton.wire.documents import LockOut

_LOCKS = "vendor: locks"

OPERATIONS = (
    Operation(
        name="locks.open",
        method="GET",
        path="/api/lock/{file_id}",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=wire.OpenLockIn,
        gives=LockOut,
        problems=(NoSuchFile,),
        call=locks.open_lock,
        source=_LOCKS,
    ),
    Operation(
        name="locks.take",
        method="PUT",
        path="/api/lock/{file_id}",
        scope=WRITE,
        right=OnFile(Right.EDIT, "file"),
        takes=wire.TakeLockIn,
        gives=LockOut,
        body=Body.JSON,
        problems=(NoSuchFile, RightMissing, FileLocked, LockSwitchedOff, OldVersion),
        call=locks.take_lock,
        source=_LOCKS,
    ),
    Operation(
        name="locks.release",
        method="DELETE",
        path="/api/lock/{file_id}",
        scope=WRITE,
        right=OnLock("file"),
        takes=wire.ReleaseLockIn,
        gives=None,
        problems=(NoSuchFile, FileLocked),
        call=locks.release_lock,
        source=_LOCKS,
    ),
    Operation(
        name="locks.list",
        method="GET",
        path="/api/locks/{folder_id}",
        scope=READ,
        right=OnFolder(Right.READ, "folder"),
        takes=wire.ListLocksIn,
        gives=list[LockOut],
        problems=(NoSuchFolder, RightMissing),
        call=locks.list_locks,
        source=_LOCKS,
    ),
)
