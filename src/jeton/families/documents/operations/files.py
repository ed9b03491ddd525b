"""Calls on files. Source: wire/files.md sections 5 and 7."""

from jeton.families.documents.model import READ, WRITE
from jeton.families.documents.model.landing import OtherSpace
from jeton.families.documents.operations.landing import LANDING
from jeton.families.documents.service import files
from jeton.families.documents.wire import tree as wire
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFile, NoSuchFolder, OldVersion, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.ports import Download
from jeton.kernel.problems import BeyondOwnScopes, ContentLost
from jeton.kernel.rights import OnFile
from jeton.kernel.tree import Right
from jeton.wire.documents import FileOut, TrashItemOut

_FILES = "vendor: files"

OPERATIONS = (
    Operation(
        name="files.open",
        method="GET",
        path="/api/file/{file_id}",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=wire.OneFileIn,
        gives=FileOut,
        problems=(NoSuchFile, RightMissing),
        call=files.open_file,
        source=_FILES,
    ),
    Operation(
        name="files.change",
        method="PUT",
        path="/api/file/{file_id}",
        scope=WRITE,
        right=OnFile(Right.EDIT, "file"),
        takes=wire.ChangeFileIn,
        gives=FileOut,
        body=Body.JSON,
        problems=(NoSuchFile, NoSuchFolder, RightMissing, FileLocked, OldVersion, *LANDING, OtherSpace),
        call=files.change_file,
        source=_FILES,
    ),
    Operation(
        name="files.delete",
        method="DELETE",
        path="/api/file/{file_id}",
        scope=WRITE,
        right=OnFile(Right.DELETE, "file"),
        takes=wire.DeleteFileIn,
        gives=TrashItemOut,
        problems=(NoSuchFile, RightMissing, FileLocked, OldVersion, BeyondOwnScopes),
        call=files.delete_file,
        source=_FILES,
    ),
    Operation(
        name="files.download",
        method="GET",
        path="/api/file/{file_id}/download",
        scope=READ,
        right=OnFile(Right.DOWNLOAD, "file"),
        takes=wire.OneFileIn,
        gives=Download,
        problems=(NoSuchFile, RightMissing, FileLocked, ContentLost),
        call=files.download,
        source=_FILES,
        by_session=True,
    ),
)
