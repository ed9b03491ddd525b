"""Calls by which bytes come in, tus excepted. Source: wire/files.md section 6."""

from jeton.families.documents.model import WRITE
from jeton.families.documents.model.uploads import (
    ChunkInUse,
    ChunkTooEarly,
    Opened,
    OtherContent,
    UploadDone,
    UploadLost,
)
from jeton.families.documents.operations.landing import LANDING
from jeton.families.documents.service import uploads
from jeton.families.documents.wire import uploads as wire
from jeton.kernel.declare import Body, OneOf, Operation
from jeton.kernel.doors import NoSuchFile, NoSuchFolder, OldVersion, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.problems import ContentLost, InUse, TooLarge, Unsupported
from jeton.kernel.rights import ANYONE, OnFileToCome, OnFolder, OnUpload
from jeton.kernel.tree import Right, SeenFile
from jeton.kernel.uploads import NoSuchUpload, TooManyUploads, UploadGone
from jeton.wire.documents import FileOut

_FILES = "vendor: files"
_INTO = (NoSuchFolder, RightMissing, FileLocked, *LANDING, OtherContent, UploadLost, TooLarge, Unsupported)
_LENGTH = {"content_length": "Content-Length"}

OPERATIONS = (
    Operation(
        name="files.upload",
        method="POST",
        path="/api/file/upload",
        scope=WRITE,
        right=OnFolder(Right.NONE, "folder"),
        takes=wire.UploadFileIn,
        takes_json=wire.OpenStreamIn,
        gives=OneOf({SeenFile: FileOut, list: list[wire.MissingOut], Opened: wire.SessionOut}),
        body=Body.UPLOAD,
        status=201,
        problems=(*_INTO, NoSuchFile, ChunkTooEarly, ChunkInUse, TooManyUploads, UploadGone, ContentLost, InUse),
        admit=uploads.admit_upload,
        begin=uploads.begin_upload,
        call=uploads.upload,
        source=_FILES,
        by_session=True,
    ),
    Operation(
        name="files.put_stream",
        method="PUT",
        path="/api/file/upload",
        scope=WRITE,
        right=OnUpload("key"),
        takes=wire.PutStreamIn,
        gives=FileOut,
        body=Body.BYTES,
        headers=_LENGTH,
        problems=(*_INTO, NoSuchFile, NoSuchUpload, UploadGone, UploadDone, InUse),
        begin=uploads.begin_stream,
        call=uploads.put_stream,
        source=_FILES,
    ),
    Operation(
        name="files.promise",
        method="POST",
        path="/api/file",
        scope=WRITE,
        right=OnFolder(Right.NONE, "folder"),
        takes=wire.PromiseFileIn,
        gives=FileOut,
        body=Body.JSON,
        status=201,
        problems=(NoSuchFolder, RightMissing, FileLocked, *LANDING, TooManyUploads),
        call=uploads.promise_file,
        source=_FILES,
    ),
    Operation(
        name="files.put",
        method="PUT",
        path="/api/file/{file_id}/upload",
        scope=WRITE,
        right=OnFileToCome(Right.EDIT, "file"),
        takes=wire.PutFileIn,
        gives=FileOut,
        body=Body.BYTES,
        headers=_LENGTH,
        problems=(*_INTO, NoSuchFile, OldVersion, UploadGone, InUse),
        begin=uploads.begin_put,
        call=uploads.put_file,
        source=_FILES,
    ),
    Operation(
        name="files.cancel",
        method="DELETE",
        path="/api/file/cancel",
        scope=WRITE,
        right=ANYONE("what the caller did not begin is as if it were not there"),
        takes=wire.CancelUploadIn,
        gives=None,
        body=Body.OPTIONAL,
        status=204,
        call=uploads.cancel,
        source=_FILES,
    ),
)
