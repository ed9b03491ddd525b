"""Applications as values: the registered OAuth2 clients that an administrator sees."""

from enum import IntEnum
from typing import Final, NamedTuple

from jeton.kernel.ids import ClientId, PrincipalId, TokenId
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import DAY, SECOND, Instant

MOST_LIVE_SECRETS: Final = 5
SHORTEST_LIFETIME_S: Final = 300
LONGEST_LIFETIME_S: Final = 86_400


class ApplicationType(IntEnum):
    """Whom it acts as: an existing user, or the platform's administration. Source: wire/oauth2.md section 5."""

    CLIENT = 0
    SERVER = 1


DAY_S: Final = DAY // SECOND


class ClientMetadata(NamedTuple):
    """What its requests must carry, and what else it may ask. Source: product.md D4-D6; RFC 7591 section 2 (names)."""

    needs_pkce: bool = False
    needs_par: bool = False
    needs_dpop: bool = False
    jwks: str = ""
    """Its public keys, a JWK Set in JSON; where there are any, they prove it, and no secret does."""
    resources: tuple[str, ...] = ()
    """Outside resource servers, for which it may ask signed tokens (RFC 8707)."""
    optional_scopes: Scopes = Scopes(0)
    """What a person may untick on the consent page."""
    refresh_idle_s: int = 30 * DAY_S
    refresh_ends_s: int = 90 * DAY_S
    trusted_because: str = ""
    """Why people are not asked before it acts for them; empty: they are asked."""
    requests_per_minute: int = 0
    """How many calls it may make; 0: as many as it likes."""
    is_verified: bool = False
    """An administrator knows who publishes it, and says so on the consent page."""


USUAL: Final = ClientMetadata()


class Application(NamedTuple):
    """A registered application. `principal` is the row as which a Server application acts; None for a Client one.
    `audience` are the groups that it is for; None: everybody."""

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
    metadata: ClientMetadata = USUAL
    audience: tuple[PrincipalId, ...] | None = None

    @property
    def has_secrets(self) -> bool:
        """Whether it proves itself by a secret: not as a public one, nor with keys of its own."""
        return not self.is_public and not self.metadata.jwks


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
    resource: str | None = None
    """The outside resource server that it is for; None: this platform."""
