"""Calls on places, which the vendor keeps in a section of its own, "sync". Source: wire/files.md sections 8.3, 8.5."""

from jeton.families.documents.model import READ
from jeton.families.documents.model.paths import NothingThere
from jeton.families.documents.service import paths
from jeton.families.documents.wire import paths as wire
from jeton.kernel.declare import OneOf, Operation
from jeton.kernel.doors import NoSuchFolder, RightMissing
from jeton.kernel.objects import NoSuchObject, OnObject
from jeton.kernel.rights import ANYONE, OnFolder
from jeton.kernel.tree import Right, SeenFile, SeenFolder
from jeton.wire.documents import FileOut, FolderOut

_SYNC = "vendor: sync"

OPERATIONS = (
    Operation(
        name="paths.find",
        method="GET",
        path="/api/path",
        scope=READ,
        right=ANYONE("finds what the caller may see, and nothing else"),
        takes=wire.FindPathIn,
        gives=OneOf({SeenFile: FileOut, SeenFolder: FolderOut}),
        problems=(NothingThere,),
        call=paths.find_path,
        source=_SYNC,
    ),
    Operation(
        name="paths.tell",
        method="GET",
        path="/api/objectpath",
        scope=READ,
        right=OnObject("object"),
        takes=wire.TellPathIn,
        gives=wire.PathOut,
        problems=(NoSuchObject, RightMissing),
        call=paths.tell_path,
        source=_SYNC,
    ),
    Operation(
        name="paths.within",
        method="GET",
        path="/api/ischildof",
        scope=READ,
        right=OnObject("object"),
        takes=wire.AskWithinIn,
        gives=bool,
        problems=(NoSuchObject, NoSuchFolder, RightMissing),
        call=paths.is_within,
        source=_SYNC,
    ),
    Operation(
        name="paths.quotas",
        method="GET",
        path="/api/quotas",
        scope=READ,
        right=OnFolder(Right.NONE, "folder"),
        takes=wire.QuotasIn,
        gives=wire.QuotasOut,
        problems=(NoSuchFolder, RightMissing),
        call=paths.tell_quotas,
        source=_SYNC,
    ),
)
