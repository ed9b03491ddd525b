"""Calls that copy. Ours: the vendor documents none (wire/files.md section 5)."""

from jeton.families.documents.model import WRITE
from jeton.families.documents.model.copies import TooMuchToCopy
from jeton.families.documents.model.folders import FixedTop, WouldLoop
from jeton.families.documents.operations.landing import LANDING
from jeton.families.documents.service import copies
from jeton.families.documents.wire.copies import CopyFileIn, CopyFolderIn
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFile, NoSuchFolder, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.rights import OnFile, OnFolder
from jeton.kernel.tree import Right
from jeton.wire.documents import FileOut, FolderOut

_OURS = "ours: docs/divergences.md"

OPERATIONS = (
    Operation(
        name="files.copy",
        method="PUT",
        path="/api/file/{file_id}/copy",
        scope=WRITE,
        right=OnFile(Right.READ | Right.DOWNLOAD, "file"),
        takes=CopyFileIn,
        gives=FileOut,
        body=Body.JSON,
        status=201,
        problems=(NoSuchFile, NoSuchFolder, RightMissing, FileLocked, *LANDING),
        call=copies.copy_file,
        source=_OURS,
    ),
    Operation(
        name="folders.copy",
        method="PUT",
        path="/api/folder/{folder_id}/copy",
        scope=WRITE,
        right=OnFolder(Right.READ | Right.DOWNLOAD, "folder"),
        takes=CopyFolderIn,
        gives=FolderOut,
        body=Body.JSON,
        status=201,
        problems=(NoSuchFolder, RightMissing, FileLocked, *LANDING, FixedTop, WouldLoop, TooMuchToCopy),
        call=copies.copy_folder,
        source=_OURS,
    ),
)
