"""The API's calls on the tokens that a person's applications hold: declarations only."""

from jeton.families.connections import model, service, wire
from jeton.kernel.declare import Operation
from jeton.kernel.problems import UserRequired
from jeton.kernel.rights import PERSON
from jeton.kernel.tokens import NoSuchToken, TokenInPath
from jeton.wire.tokens import RevokeTokenIn, TokenOut

_SOURCE = "vendor: oauth2"

OPERATIONS = (
    Operation(
        name="connections.tokens",
        method="GET",
        path="/api/oauth2/user/tokens",
        scope=model.READ,
        right=PERSON,
        takes=wire.OwnTokensIn,
        gives=list[TokenOut],
        problems=(UserRequired,),
        call=service.tokens,
        source=_SOURCE,
    ),
    Operation(
        name="connections.revoke_token",
        method="DELETE",
        path="/api/oauth2/user/{token}/revoke",
        scope=model.WRITE,
        right=PERSON,
        takes=RevokeTokenIn,
        gives=None,
        problems=(UserRequired, NoSuchToken, TokenInPath),
        call=service.revoke_token,
        source=_SOURCE,
    ),
)
