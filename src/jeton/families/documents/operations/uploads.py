"""Calls by which bytes come in. Source: wire/files.md section 6."""

from jeton.families.documents.model import WRITE
from jeton.families.documents.model.uploads import OtherContent, UploadLost
from jeton.families.documents.operations.landing import LANDING
from jeton.families.documents.service import files
from jeton.families.documents.wire import tree as wire
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFolder, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.problems import TooLarge, Unsupported
from jeton.kernel.rights import OnFolder
from jeton.kernel.tree import Right
from jeton.wire.documents import FileOut

_FILES = "vendor: files"

OPERATIONS = (
    Operation(
        name="files.upload",
        method="POST",
        path="/api/file/upload",
        scope=WRITE,
        right=OnFolder(Right.NONE, "folder"),
        takes=wire.UploadFileIn,
        gives=FileOut,
        body=Body.UPLOAD,
        status=201,
        problems=(
            NoSuchFolder,
            RightMissing,
            FileLocked,
            *LANDING,
            OtherContent,
            UploadLost,
            TooLarge,
            Unsupported,
        ),
        admit=files.admit_upload,
        call=files.upload,
        source=_FILES,
    ),
)
