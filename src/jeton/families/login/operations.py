"""The older login of the vendor's clients: declarations only."""

from jeton.families.login import model, service, wire
from jeton.kernel.access import OutsidePolicy
from jeton.kernel.declare import Body, Operation
from jeton.kernel.problems import TooMany, UserRequired
from jeton.kernel.rights import ANYONE, PERSON
from jeton.kernel.scopes import PUBLIC

_SOURCE = "vendor: older login"

OPERATIONS = (
    Operation(
        name="login.log_in",
        method="POST",
        path="/api/auth",
        scope=PUBLIC("gives a token to who has none"),
        right=ANYONE("the password is judged by the call itself"),
        takes=wire.LogInIn,
        gives=wire.LoggedInOut,
        body=Body.JSON,
        problems=(
            model.NoPasswordLogin,
            model.WrongLogin,
            model.SecondNeeded,
            model.NotForPerson,
            OutsidePolicy,
            TooMany,
        ),
        admit=service.admit_log_in,
        prepare=service.prepare_log_in,
        call=service.log_in,
        source=_SOURCE,
        gives_secret=True,
    ),
    Operation(
        name="login.log_out",
        method="DELETE",
        path="/api/auth",
        scope=model.WRITE,
        right=PERSON,
        takes=wire.LogOutIn,
        gives=None,
        problems=(UserRequired, model.NoPasswordLogin),
        call=service.log_out,
        source=_SOURCE,
    ),
)
