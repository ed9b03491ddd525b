"""The API's calls on one's own account: declarations only. Source: wire/resources.md section 1."""

from jeton.families.account import model, service, wire
from jeton.kernel.accounts import BadAccount
from jeton.kernel.declare import Body, Operation
from jeton.kernel.mail import NoMailServer
from jeton.kernel.pictures import NoPicture
from jeton.kernel.ports import Picture
from jeton.kernel.problems import TooMany, UserRequired
from jeton.kernel.rights import ANYONE, PERSON
from jeton.kernel.roots import with_own_roots
from jeton.kernel.scopes import PUBLIC
from jeton.wire.people import UserOut

_SOURCE = "vendor: account"
_OURS = "ours: accountsec"

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
        call=with_own_roots(service.read),
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
        call=with_own_roots(service.change),
        source=_SOURCE,
    ),
    Operation(
        name="account.picture",
        method="GET",
        path="/api/account/picture",
        scope=model.READ,
        right=PERSON,
        takes=wire.OwnAccountIn,
        gives=Picture,
        problems=(
            UserRequired,
            NoPicture,
        ),
        call=service.picture,
        source=_SOURCE,
    ),
    Operation(
        name="account.set_picture",
        method="POST",
        path="/api/account/picture",
        scope=model.WRITE,
        right=PERSON,
        takes=wire.SetPictureIn,
        gives=None,
        body=Body.PICTURE,
        problems=(UserRequired,),
        prepare=service.prepare_picture,
        call=service.set_picture,
        source=_SOURCE,
    ),
    Operation(
        name="account.remove_picture",
        method="DELETE",
        path="/api/account/picture",
        scope=model.WRITE,
        right=PERSON,
        takes=wire.OwnAccountIn,
        gives=None,
        problems=(UserRequired,),
        call=service.remove_picture,
        source=_SOURCE,
    ),
    Operation(
        name="account.reset_password",
        method="POST",
        path="/api/reset_password",
        scope=PUBLIC("asked by who cannot log in"),
        right=ANYONE("asked by who cannot log in"),
        takes=wire.AskResetIn,
        gives=None,
        body=Body.JSON,
        problems=(NoMailServer, TooMany),
        call=service.reset,
        source=_SOURCE,
    ),
    Operation(
        name="sessions.list",
        method="GET",
        path="/api/account/sessions",
        scope=model.SECURITY_READ,
        right=PERSON,
        takes=wire.OwnAccountIn,
        gives=list[wire.SessionOut],
        problems=(UserRequired,),
        call=service.list_sessions,
        source=_OURS,
    ),
    Operation(
        name="sessions.end",
        method="DELETE",
        path="/api/account/session/{session_id}",
        scope=model.SECURITY_WRITE,
        right=PERSON,
        takes=wire.EndSessionIn,
        gives=None,
        problems=(UserRequired, model.NoSuchSession),
        call=service.end_session,
        source=_OURS,
    ),
    Operation(
        name="sessions.end_all",
        method="DELETE",
        path="/api/account/sessions",
        scope=model.SECURITY_WRITE,
        right=PERSON,
        takes=wire.EndSessionsIn,
        gives=None,
        problems=(UserRequired,),
        call=service.end_session,
        source=_OURS,
    ),
)
