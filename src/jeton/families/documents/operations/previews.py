"""Calls by which a file is seen without being downloaded. Source: wire/files.md sections 5 and 7."""

from jeton.families.documents.model import READ
from jeton.families.documents.service import previews
from jeton.families.documents.wire import previews as wire
from jeton.families.documents.wire.tree import OneFileIn
from jeton.kernel.blobs import Shown
from jeton.kernel.declare import Operation
from jeton.kernel.doors import NoSuchFile, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.previews import NoPreview
from jeton.kernel.problems import Busy, ContentLost
from jeton.kernel.rights import OnFile
from jeton.kernel.tree import Right

_PREVIEW = "vendor: preview"

OPERATIONS = (
    Operation(
        name="files.preview",
        method="GET",
        path="/api/preview/{file_id}",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=wire.PreviewIn,
        gives=Shown,
        problems=(NoSuchFile, RightMissing, FileLocked, NoPreview, ContentLost, Busy),
        call=previews.preview,
        source=_PREVIEW,
    ),
    Operation(
        name="files.thumbnail",
        method="GET",
        path="/api/mixer/{file_id}",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=wire.ThumbnailIn,
        gives=Shown,
        problems=(NoSuchFile, RightMissing, FileLocked, NoPreview, ContentLost, Busy),
        call=previews.thumbnail,
        source=_PREVIEW,
        by_session=True,
    ),
    Operation(
        name="files.infos",
        method="GET",
        path="/api/file/{file_id}/infos",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=OneFileIn,
        gives=wire.PagesOut,
        problems=(NoSuchFile, RightMissing, FileLocked, ContentLost, Busy),
        call=previews.count_pages,
        source="vendor: files",
    ),
)
