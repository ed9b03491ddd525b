"""Who is calling, and through which application: facts read from the database for this one call."""

from enum import Enum
from typing import Final, NamedTuple

from jeton.kernel.ids import ClientId, PrincipalId, TokenId
from jeton.kernel.scopes import ALL_SCOPES, NO_SCOPES, Scopes


class CallerKind(Enum):
    """What kind of principal acts."""

    PERSON = "person"
    SERVER = "server"
    OPERATOR = "operator"
    NOBODY = "nobody"


class Caller(NamedTuple):
    """A principal, what it may do by its own standing, and what its application may do.

    `client_id` and `token_id` are None for a person at the console and for the operator's commands: they act with
    their own standing alone, so their `scopes` hold everything.
    """

    kind: CallerKind
    principal: PrincipalId
    name: str
    is_administrator: bool
    scopes: Scopes
    client_id: ClientId | None = None
    token_id: TokenId | None = None
    language: str | None = None

    @property
    def administers(self) -> bool:
        """Whether the whole company space and the administration are within reach."""
        return self.is_administrator or self.kind in (CallerKind.SERVER, CallerKind.OPERATOR)


NOBODY: Final = Caller(CallerKind.NOBODY, PrincipalId(0), "", False, NO_SCOPES)  # noqa: FBT003 - a record's fields
OPERATOR: Final = Caller(CallerKind.OPERATOR, PrincipalId(0), "operator", True, ALL_SCOPES)  # noqa: FBT003
