"""Calls on the versions of a file. Source: wire/files.md sections 3 and 5; restoring and deleting one are ours."""

from jeton.families.documents.model import READ, WRITE
from jeton.families.documents.model.landing import OverQuota
from jeton.families.documents.model.versions import CurrentVersion
from jeton.families.documents.service import versions
from jeton.families.documents.wire.versions import ListVersionsIn, OneVersionIn
from jeton.kernel.declare import Operation
from jeton.kernel.doors import NoSuchFile, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.rights import OnFile
from jeton.kernel.tree import Right
from jeton.wire.documents import FileOut

_OURS = "ours: docs/divergences.md"

OPERATIONS = (
    Operation(
        name="files.versions",
        method="GET",
        path="/api/file/{file_id}/versions",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=ListVersionsIn,
        gives=list[FileOut],
        problems=(NoSuchFile, RightMissing),
        call=versions.list_versions,
        source="vendor: files",
    ),
    Operation(
        name="files.restore_version",
        method="PUT",
        path="/api/file/{file_id}/restore",
        scope=WRITE,
        right=OnFile(Right.EDIT, "file"),
        takes=OneVersionIn,
        gives=FileOut,
        problems=(NoSuchFile, RightMissing, FileLocked, CurrentVersion, OverQuota),
        call=versions.restore_version,
        source=_OURS,
    ),
    Operation(
        name="files.delete_version",
        method="DELETE",
        path="/api/file/{file_id}/version",
        scope=WRITE,
        right=OnFile(Right.DELETE, "file"),
        takes=OneVersionIn,
        gives=None,
        problems=(NoSuchFile, RightMissing, FileLocked, CurrentVersion),
        call=versions.delete_version,
        source=_OURS,
    ),
)
