"""The API's calls on one's own account: declarations only. Source: wire/resources.md section 1."""

from jeton.families.account import model, service, wire
from jeton.kernel.accounts import BadAccount
from jeton.kernel.declare import Body, Operation
from jeton.kernel.problems import UserRequired
from jeton.kernel.rights import PERSON
from jeton.wire.people import UserOut

_SOURCE = "vendor: account"

OPERATIONS = (
    Operation(
        name="account.read",
        method="GET",
        path="/api/account",
        scope=model.READ,
        right=PERSON,
        takes=wire.OwnAccountIn,
        gives=UserOut,
        problems=(UserRequired,),
        call=service.read,
        source=_SOURCE,
    ),
    Operation(
        name="account.change",
        method="PUT",
        path="/api/account",
        scope=model.WRITE,
        right=PERSON,
        takes=wire.ChangeAccountIn,
        gives=UserOut,
        body=Body.JSON,
        problems=(UserRequired, BadAccount),
        call=service.change,
        source=_SOURCE,
    ),
)
