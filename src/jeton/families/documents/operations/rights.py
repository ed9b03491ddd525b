"""Calls on rights. Source: wire/files.md section 8.2."""

from jeton.families.documents.model import READ, WRITE
from jeton.families.documents.model.rights import NoSuchTarget, OwnersOwn, RightThere
from jeton.families.documents.service import rights
from jeton.families.documents.wire import rights as rights_wire
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFolder, NoSuchRight, RightsNotYours
from jeton.kernel.rights import GivingOn, OnEntry

_RIGHTS = "vendor: rights"

OPERATIONS = (
    Operation(
        name="rights.list",
        method="GET",
        path="/api/rights/{folder_id}",
        scope=READ,
        right=GivingOn("folder"),
        takes=rights_wire.ListRightsIn,
        gives=list[rights_wire.RightOut],
        problems=(NoSuchFolder, RightsNotYours),
        call=rights.list_rights,
        source=_RIGHTS,
    ),
    Operation(
        name="rights.open",
        method="GET",
        path="/api/right/{right_id}",
        scope=READ,
        right=OnEntry("entry"),
        takes=rights_wire.OneRightIn,
        gives=rights_wire.RightOut,
        problems=(NoSuchRight, RightsNotYours),
        call=rights.open_right,
        source=_RIGHTS,
    ),
    Operation(
        name="rights.give",
        method="POST",
        path="/api/right",
        scope=WRITE,
        right=GivingOn("folder"),
        takes=rights_wire.GiveRightIn,
        gives=rights_wire.RightOut,
        body=Body.JSON,
        status=201,
        problems=(NoSuchFolder, RightsNotYours, NoSuchTarget, RightThere, OwnersOwn),
        call=rights.give_right,
        source=_RIGHTS,
    ),
    Operation(
        name="rights.change",
        method="PUT",
        path="/api/right/{right_id}",
        scope=WRITE,
        right=OnEntry("entry"),
        takes=rights_wire.ChangeRightIn,
        gives=rights_wire.RightOut,
        body=Body.JSON,
        problems=(NoSuchRight, RightsNotYours),
        call=rights.change_right,
        source=_RIGHTS,
    ),
    Operation(
        name="rights.withdraw",
        method="DELETE",
        path="/api/right/{right_id}",
        scope=WRITE,
        right=OnEntry("entry"),
        takes=rights_wire.OneRightIn,
        gives=None,
        problems=(NoSuchRight, RightsNotYours),
        call=rights.withdraw_right,
        source=_RIGHTS,
    ),
)
