"""The API's calls on access policies: declarations only. Source: wire/resources.md section 6."""

from jeton.families.options import model, service, wire
from jeton.kernel.access import LocksOut
from jeton.kernel.declare import Body, Operation
from jeton.kernel.problems import BeyondOwnScopes
from jeton.kernel.rights import ADMINISTRATION

_PATH = "/api/option/{user_id}"
_SOURCE = "vendor: options"

OPERATIONS = (
    Operation(
        name="options.read",
        method="GET",
        path=_PATH,
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.OneOptionIn,
        gives=wire.OptionOut,
        problems=(model.NoSuchTarget,),
        call=service.read,
        source=_SOURCE,
    ),
    Operation(
        name="options.change",
        method="PUT",
        path=_PATH,
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.ChangeOptionIn,
        gives=wire.OptionOut,
        body=Body.JSON,
        problems=(model.NoSuchTarget, model.BadPolicy, LocksOut, BeyondOwnScopes),
        call=service.change,
        source=_SOURCE,
    ),
    Operation(
        name="options.remove",
        method="DELETE",
        path=_PATH,
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.OneOptionIn,
        gives=None,
        problems=(model.NoSuchTarget, BeyondOwnScopes),
        call=service.remove,
        source=_SOURCE,
    ),
)
