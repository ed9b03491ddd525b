"""The shapes of connected applications. Source: wire/oauth2.md section 6."""

from jeton.families.connections.model import OwnConnections
from jeton.wire.shapes import Query


class OwnTokensIn(Query, frozen=True):
    """The calling person's tokens."""

    def command(self) -> OwnConnections:
        return OwnConnections()
