"""Uploads by tus 1.0.0, opened and closed on `/api/file/tus`. Source: tus 1.0.0; wire/files.md section 6.4."""

from jeton.families.documents.model import WRITE
from jeton.families.documents.model.uploads import (
    TUS,
    BadMetadata,
    BadTusHeader,
    NotOffsetStream,
    NotWhole,
    OtherContent,
    OtherTus,
)
from jeton.families.documents.operations.landing import LANDING
from jeton.families.documents.service import tus
from jeton.families.documents.wire import tus as wire
from jeton.families.documents.wire.uploads import SessionOut
from jeton.kernel.declare import Body, OneOf, Operation
from jeton.kernel.doors import NoSuchFile, NoSuchFolder, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.problems import ContentLost, InUse, OtherChecksum, TooLarge
from jeton.kernel.rights import ANYONE, OnUpload
from jeton.kernel.scopes import PUBLIC
from jeton.kernel.tree import SeenFile
from jeton.kernel.uploads import NoSuchUpload, OtherOffset, TooManyUploads, UploadGone
from jeton.wire.documents import FileOut

_TUS = "tus 1.0.0"
_SPOKEN = (("Tus-Resumable", TUS),)
_VERSION = {"tus_resumable": "Tus-Resumable"}

OPERATIONS = (
    Operation(
        name="tus.open_or_close",
        method="POST",
        path="/api/file/tus",
        scope=WRITE,
        right=OnUpload("key", folder="folder"),
        takes=wire.OpenOrCloseIn,
        gives=OneOf({list: list[SessionOut], SeenFile: FileOut}),
        body=Body.JSON,
        problems=(
            NoSuchFolder,
            RightMissing,
            FileLocked,
            *LANDING,
            TooManyUploads,
            TooLarge,
            NoSuchUpload,
            UploadGone,
            NotWhole,
            OtherContent,
            NoSuchFile,
            ContentLost,
            InUse,
        ),
        admit=tus.admit,
        prepare=tus.complete,
        call=tus.open_or_close,
        source="vendor: files",
        by_session=True,
    ),
    Operation(
        name="tus.create",
        method="POST",
        path="/api/tus",
        scope=WRITE,
        right=OnUpload("key"),
        takes=wire.MakeResourceIn,
        gives=wire.ResourceOut,
        headers={
            **_VERSION,
            "upload_length": "Upload-Length",
            "upload_metadata": "Upload-Metadata",
            "upload_defer_length": "Upload-Defer-Length",
        },
        always=_SPOKEN,
        status=201,
        problems=(OtherTus, NoSuchUpload, UploadGone, BadTusHeader, BadMetadata, TooLarge),
        call=tus.create,
        leaves_a_line=False,
        source=_TUS,
        by_session=True,
    ),
    Operation(
        name="tus.look",
        method="HEAD",
        path="/api/tus/{upload}",
        scope=WRITE,
        right=OnUpload("key"),
        takes=wire.OneUploadIn,
        gives=wire.LookOut,
        headers=_VERSION,
        always=_SPOKEN,
        problems=(OtherTus, NoSuchUpload, UploadGone),
        call=tus.look,
        source=_TUS,
        by_session=True,
    ),
    Operation(
        name="tus.append",
        method="PATCH",
        path="/api/tus/{upload}",
        scope=WRITE,
        right=OnUpload("key"),
        takes=wire.AppendBytesIn,
        gives=wire.AppendedOut,
        body=Body.BYTES,
        headers={
            **_VERSION,
            "content_type": "Content-Type",
            "content_length": "Content-Length",
            "upload_offset": "Upload-Offset",
            "upload_checksum": "Upload-Checksum",
        },
        always=_SPOKEN,
        status=204,
        problems=(
            OtherTus,
            NotOffsetStream,
            BadTusHeader,
            NoSuchUpload,
            UploadGone,
            OtherOffset,
            InUse,
            TooLarge,
            OtherChecksum,
            ContentLost,
        ),
        begin=tus.begin_append,
        call=tus.append,
        leaves_a_line=False,
        source=_TUS,
        by_session=True,
    ),
    Operation(
        name="tus.terminate",
        method="DELETE",
        path="/api/tus/{upload}",
        scope=WRITE,
        right=OnUpload("key"),
        takes=wire.OneUploadIn,
        gives=None,
        headers=_VERSION,
        always=_SPOKEN,
        status=204,
        problems=(OtherTus, NoSuchUpload, UploadGone),
        call=tus.terminate,
        source=_TUS,
        by_session=True,
    ),
    Operation(
        name="tus.options",
        method="OPTIONS",
        path="/api/tus",
        scope=PUBLIC("it tells what is spoken here, and nothing of anybody"),
        right=ANYONE("it tells what is spoken here, and nothing of anybody"),
        takes=wire.AskTusIn,
        gives=wire.TusOut,
        always=_SPOKEN,
        status=204,
        call=tus.options,
        source=_TUS,
        by_session=True,
    ),
)
