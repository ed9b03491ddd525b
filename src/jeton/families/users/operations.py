"""The API's calls on users: declarations only. Source: wire/resources.md section 2."""

from jeton.families.users import model, service, wire
from jeton.kernel.accounts import BadAccount
from jeton.kernel.declare import Body, Operation
from jeton.kernel.pictures import NoPicture
from jeton.kernel.ports import Picture
from jeton.kernel.problems import BeyondOwnScopes
from jeton.kernel.quotas import QuotaBelowUse
from jeton.kernel.rights import ADMINISTRATION
from jeton.kernel.roots import with_all_roots, with_roots
from jeton.wire.people import UserOut

_SOURCE = "vendor: users"

OPERATIONS = (
    Operation(
        name="users.list",
        method="GET",
        path="/api/users",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.ListUsersIn,
        gives=list[UserOut],
        call=with_all_roots(service.list_users),
        is_long=lambda command: command.limit > 1000,
        source=_SOURCE,
    ),
    Operation(
        name="users.create",
        method="POST",
        path="/api/user",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.CreateUserIn,
        gives=UserOut,
        body=Body.JSON,
        status=201,
        problems=(BadAccount, BeyondOwnScopes),
        admit=service.admit_create,
        prepare=service.prepare_create,
        call=with_roots(service.create),
        source=_SOURCE,
    ),
    Operation(
        name="users.read",
        method="GET",
        path="/api/user/{user_id}",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.OneUserIn,
        gives=UserOut,
        problems=(model.NoSuchUser,),
        call=with_roots(service.read),
        source=_SOURCE,
    ),
    Operation(
        name="users.change",
        method="PUT",
        path="/api/user/{user_id}",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.ChangeUserIn,
        gives=UserOut,
        body=Body.JSON,
        problems=(model.NoSuchUser, BadAccount, BeyondOwnScopes, model.LastAdministrator, QuotaBelowUse),
        admit=service.admit_change,
        prepare=service.prepare_change,
        call=with_roots(service.change),
        source=_SOURCE,
    ),
    Operation(
        name="users.delete",
        method="DELETE",
        path="/api/user/{user_id}",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.OneUserIn,
        gives=None,
        problems=(model.NoSuchUser, BeyondOwnScopes, model.LastAdministrator),
        call=service.delete,
        source=_SOURCE,
    ),
    Operation(
        name="users.quota",
        method="GET",
        path="/api/user/{user_id}/quota",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.OneUserIn,
        gives=wire.QuotaOut,
        problems=(model.NoSuchUser,),
        call=service.quota,
        source=_SOURCE,
    ),
    Operation(
        name="users.picture",
        method="GET",
        path="/api/user/{user_id}/picture",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.OneUserIn,
        gives=Picture,
        problems=(
            model.NoSuchUser,
            NoPicture,
        ),
        call=service.picture,
        source=_SOURCE,
    ),
    Operation(
        name="users.set_picture",
        method="POST",
        path="/api/user/{user_id}/picture",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.SetPictureIn,
        gives=None,
        body=Body.PICTURE,
        problems=(model.NoSuchUser,),
        admit=service.admit_picture,
        prepare=service.prepare_picture,
        call=service.set_picture,
        source=_SOURCE,
    ),
    Operation(
        name="users.remove_picture",
        method="DELETE",
        path="/api/user/{user_id}/picture",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.OneUserIn,
        gives=None,
        problems=(model.NoSuchUser,),
        call=service.remove_picture,
        source=_SOURCE,
    ),
)
