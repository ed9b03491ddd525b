"""Who is calling, and through which application: facts read from the database for this one call."""

from enum import Enum
from typing import Final, NamedTuple

from jeton.kernel.ids import ClientId, PrincipalId, TokenId
from jeton.kernel.scopes import ALL_SCOPES, NO_SCOPES, Scopes
from jeton.kit.clock import Instant


class CallerKind(Enum):
    """What kind of principal acts."""

    PERSON = "person"
    SERVER = "server"
    OPERATOR = "operator"
    NOBODY = "nobody"


class Origin(NamedTuple):
    """Where a request came from, for the lines that it leaves: address, User-Agent (cut), and the request's id."""

    address: str
    user_agent: str
    request_id: str


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
    login_session: int | None = None
    behalf_of_by: str | None = None
    """Who really calls, when the caller is a person in whose name somebody acts (product.md D12)."""
    calls_per_minute: int = 0
    """How many calls its application may make a minute; 0: as many as it likes."""

    @property
    def administers(self) -> bool:
        """Whether the whole company space and the administration are within reach."""
        return self.is_administrator or self.kind in (CallerKind.SERVER, CallerKind.OPERATOR)


class Bearer(NamedTuple):
    """All that decides whether a token holds, read in one go, and who calls when it does."""

    digest: bytes
    expires_at: Instant
    revoked_at: Instant | None
    is_application_suspended: bool
    is_person_active: bool
    caller: Caller
    are_policies: bool
    """Whether anybody's access is restricted to days or addresses (`kernel.access`)."""
    jkt: str | None = None
    """The thumbprint of the key that must be proved with it, if any (RFC 9449)."""

    def is_live(self, now: Instant) -> bool:
        """Whether it still holds: not a microsecond after its end, nor once anything behind it was cut off."""
        return (
            now < self.expires_at
            and self.revoked_at is None
            and not self.is_application_suspended
            and self.is_person_active
        )


NOBODY: Final = Caller(CallerKind.NOBODY, PrincipalId(0), "", False, NO_SCOPES)
OPERATOR: Final = Caller(CallerKind.OPERATOR, PrincipalId(0), "operator", True, ALL_SCOPES)
