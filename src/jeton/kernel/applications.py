"""Applications as values: the registered OAuth2 clients that an administrator sees."""

from enum import IntEnum
from typing import Final, NamedTuple

from jeton.kernel.ids import ClientId, PrincipalId, TokenId
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import Instant

MOST_LIVE_SECRETS: Final = 5
SHORTEST_LIFETIME_S: Final = 300
LONGEST_LIFETIME_S: Final = 86_400


class ApplicationType(IntEnum):
    """Whom it acts as: an existing user, or the platform's administration. Source: wire/oauth2.md section 5."""

    CLIENT = 0
    SERVER = 1


class Application(NamedTuple):
    """A registered application. `principal` is the row as which a Server application acts; None for a Client one."""

    id: int
    client_id: ClientId
    principal: PrincipalId | None
    name: str
    description: str
    editor: str
    editor_url: str
    type: ApplicationType
    is_public: bool
    callback_urls: tuple[str, ...]
    scopes: Scopes
    lifetime_s: int
    is_suspended: bool
    has_logo: bool
    created_at: Instant
    created_by: str
    last_used_at: Instant | None


class Secret(NamedTuple):
    """What is known of a secret after it was shown: never the secret."""

    id: int
    name: str
    hint: str
    created_at: Instant
    expires_at: Instant | None
    ended_at: Instant | None
    last_used_at: Instant | None


class IssuedToken(NamedTuple):
    """What a listing shows of a token: never the token."""

    id: TokenId
    client_id: ClientId
    application_name: str
    user: PrincipalId | None
    scopes: Scopes
    issued_at: Instant
    expires_at: Instant
    revoked_at: Instant | None
    last_used_at: Instant | None
