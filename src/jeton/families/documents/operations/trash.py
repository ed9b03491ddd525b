"""Calls on the trash. Source: wire/files.md section 8.6."""

from jeton.families.documents.model import READ_TRASH, WRITE_TRASH
from jeton.families.documents.model.landing import OtherSpace
from jeton.families.documents.model.trash import PlaceGone
from jeton.families.documents.operations.landing import LANDING
from jeton.families.documents.service import trash
from jeton.families.documents.wire import trash as trash_wire
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFolder, RightMissing
from jeton.kernel.rights import ANYONE, OnTrash
from jeton.kernel.trash import NoSuchTrash
from jeton.wire.documents import TrashItemOut

_TRASH = "vendor: trash"

OPERATIONS = (
    Operation(
        name="trash.list",
        method="GET",
        path="/api/trashes",
        scope=READ_TRASH,
        right=ANYONE("gives what the caller reaches, and nothing else"),
        takes=trash_wire.ListTrashIn,
        gives=list[TrashItemOut],
        call=trash.list_trash,
        is_long=trash.is_long,
        source=_TRASH,
    ),
    Operation(
        name="trash.open",
        method="GET",
        path="/api/trash/{trash_id}",
        scope=READ_TRASH,
        right=OnTrash("entry"),
        takes=trash_wire.OneTrashIn,
        gives=TrashItemOut,
        problems=(NoSuchTrash,),
        call=trash.open_entry,
        source=_TRASH,
    ),
    Operation(
        name="trash.restore",
        method="PUT",
        path="/api/trash/{trash_id}",
        scope=WRITE_TRASH,
        right=OnTrash("entry"),
        takes=trash_wire.RestoreIn,
        gives=trash_wire.RestoredOut,
        body=Body.JSON,
        problems=(NoSuchTrash, NoSuchFolder, RightMissing, *LANDING, PlaceGone, OtherSpace),
        call=trash.restore,
        source=_TRASH,
    ),
    Operation(
        name="trash.destroy",
        method="DELETE",
        path="/api/trash/{trash_id}",
        scope=WRITE_TRASH,
        right=OnTrash("entry"),
        takes=trash_wire.OneTrashIn,
        gives=None,
        problems=(NoSuchTrash,),
        call=trash.destroy,
        source=_TRASH,
    ),
    Operation(
        name="trash.empty",
        method="DELETE",
        path="/api/trashes",
        scope=WRITE_TRASH,
        right=ANYONE("empties the caller's own"),
        takes=trash_wire.EmptyTrashIn,
        gives=None,
        call=trash.empty,
        source=_TRASH,
    ),
)
