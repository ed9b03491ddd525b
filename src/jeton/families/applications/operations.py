"""The API's calls on applications: declarations only. Source: wire/oauth2.md section 6."""

from jeton.families.applications import model, service, wire
from jeton.kernel.declare import Body, Operation
from jeton.kernel.ports import Picture
from jeton.kernel.problems import BeyondOwnScopes
from jeton.kernel.rights import ADMINISTRATION, ANYONE
from jeton.kernel.scopes import PUBLIC
from jeton.kernel.tokens import NoSuchToken, TokenInPath
from jeton.wire.shapes import Nothing
from jeton.wire.tokens import RevokeTokenIn, TokenOut

_SOURCE = "vendor: oauth2"

OPERATIONS = (
    Operation(
        name="applications.list",
        method="GET",
        path="/api/oauth2/apps",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=Nothing,
        gives=list[wire.AppOut],
        call=service.list_all,
        source=_SOURCE,
    ),
    Operation(
        name="applications.create",
        method="POST",
        path="/api/oauth2/app",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.CreateAppIn,
        gives=wire.AppWithSecretOut,
        body=Body.JSON,
        status=201,
        problems=(model.BadRegistration, BeyondOwnScopes),
        admit=service.admit_create,
        prepare=service.prepare_logo,
        call=service.create,
        source=_SOURCE,
    ),
    Operation(
        name="applications.read",
        method="GET",
        path="/api/oauth2/app/{client_id}",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.OneAppIn,
        gives=wire.AppOut,
        problems=(model.NoSuchApplication,),
        call=service.read,
        source=_SOURCE,
    ),
    Operation(
        name="applications.change",
        method="PUT",
        path="/api/oauth2/app/{client_id}",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.ChangeAppIn,
        gives=wire.AppOut,
        body=Body.JSON,
        problems=(model.NoSuchApplication, model.BadRegistration, BeyondOwnScopes),
        prepare=service.prepare_changed_logo,
        call=service.change,
        source=_SOURCE,
    ),
    Operation(
        name="applications.delete",
        method="DELETE",
        path="/api/oauth2/app/{client_id}",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.DeleteAppIn,
        gives=None,
        problems=(model.NoSuchApplication,),
        call=service.delete,
        source=_SOURCE,
    ),
    Operation(
        name="applications.reset",
        method="POST",
        path="/api/oauth2/app/{client_id}/reset",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.OneAppIn,
        gives=wire.AppWithSecretOut,
        problems=(model.NoSuchApplication, model.NoSecretForPublic, BeyondOwnScopes),
        call=service.reset,
        source=_SOURCE,
    ),
    Operation(
        name="applications.icon",
        method="GET",
        path="/api/oauth2/app/{client_id}/icon",
        scope=PUBLIC("a logo is shown on pages before anybody is known"),
        right=ANYONE("a logo is made to be shown"),
        takes=wire.OneAppIn,
        gives=Picture,
        problems=(model.NoSuchApplication,),
        call=service.icon,
        source=_SOURCE,
    ),
    Operation(
        name="applications.tokens",
        method="GET",
        path="/api/oauth2/app/{client_id}/tokens",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.OneAppIn,
        gives=list[TokenOut],
        problems=(model.NoSuchApplication,),
        call=service.tokens,
        source=_SOURCE,
    ),
    Operation(
        name="applications.revoke_token",
        method="DELETE",
        path="/api/oauth2/app/{token}/revoke",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=RevokeTokenIn,
        gives=None,
        problems=(NoSuchToken, TokenInPath),
        call=service.revoke_token,
        source=_SOURCE,
    ),
)
