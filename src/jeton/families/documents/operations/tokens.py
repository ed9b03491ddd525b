"""Calls by which a file is opened without a bearer. Source: wire/files.md section 7."""

from jeton.families.documents.model import READ
from jeton.families.documents.service import tokens
from jeton.families.documents.wire import tokens as wire
from jeton.kernel.declare import Operation
from jeton.kernel.doors import NoSuchFile, RightMissing
from jeton.kernel.file_tokens import FileTokenOver
from jeton.kernel.locks import FileLocked
from jeton.kernel.ports import Download
from jeton.kernel.previews import NoPreview
from jeton.kernel.problems import Busy, ContentLost
from jeton.kernel.rights import ANYONE, OnFile
from jeton.kernel.scopes import PUBLIC
from jeton.kernel.tree import Right

OPERATIONS = (
    Operation(
        name="files.token",
        method="POST",
        path="/api/token/file/{file_id}/{type}",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=wire.AskFileTokenIn,
        gives=wire.FileTokenOut,
        problems=(NoSuchFile, RightMissing, FileLocked),
        call=tokens.ask,
        source="vendor: token",
        gives_secret=True,
    ),
    Operation(
        name="files.download_by_token",
        method="GET",
        path="/api/file/download",
        scope=PUBLIC("a token in the query stands for whoever asked for it, for one file and a few minutes"),
        right=ANYONE("the right of whoever asked for the token is asked instead"),
        takes=wire.UseFileTokenIn,
        gives=Download,
        claims=True,
        problems=(FileTokenOver, NoPreview, ContentLost, Busy),
        call=tokens.open_by_token,
        source="vendor: files",
    ),
)
