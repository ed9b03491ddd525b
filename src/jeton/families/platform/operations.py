"""The API's calls on the platform itself: declarations only."""

from jeton.families.platform import service, wire
from jeton.kernel.declare import Operation
from jeton.kernel.rights import ANYONE
from jeton.kernel.scopes import PUBLIC
from jeton.wire.shapes import Nothing

OPERATIONS = (
    Operation(
        name="platform.public_configuration",
        method="GET",
        path="/api/publicconfig",
        scope=PUBLIC("made for use before login"),
        right=ANYONE("made for use before login"),
        takes=Nothing,
        gives=wire.PublicConfigurationOut,
        call=service.public_configuration,
        source="vendor: config",
    ),
)
