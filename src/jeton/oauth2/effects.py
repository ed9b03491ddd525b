"""What a decision asks to be kept: values, applied all or nothing by `server` through the ports."""

from typing import Generic, NamedTuple, TypeVar

from jeton.kit.clock import Instant
from jeton.oauth2.binding import UNBOUND, Binding
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.scopes import ScopeSet

S = TypeVar("S", bound=ScopeSet)


class StoreToken(NamedTuple, Generic[S]):
    """Keep a token that is about to be handed over: its digest, never itself."""

    id: int
    digest: bytes
    client_id: str
    scopes: S
    issued_at: Instant
    expires_at: Instant
    secret_id: int | None
    subject: str | None = None
    """The person that the client acts for; None: for itself."""
    family: int | None = None
    """What it came of: all that one authorization gave shares a number."""
    binding: Binding = UNBOUND


class RevokeToken(NamedTuple):
    """End a token at the request of its own client."""

    id: int
    client_id: str
    at: Instant


class StoreCode(NamedTuple, Generic[S]):
    """Keep an authorization code: its digest, and all that its exchange must match."""

    id: int
    digest: bytes
    client_id: str
    subject: str
    scopes: S
    redirect_uri: str | None
    challenge: str | None
    binding: Binding
    issued_at: Instant
    expires_at: Instant


class ClaimCode(NamedTuple):
    """Spend a code: one conditional update, which of several contenders one wins."""

    id: int
    at: Instant


class StoreRefresh(NamedTuple, Generic[S]):
    """Keep a refresh token. It ends at `expires_at` unless it is used, and at `ends_at` in any case."""

    id: int
    digest: bytes
    client_id: str
    subject: str
    scopes: S
    family: int
    issued_at: Instant
    expires_at: Instant
    ends_at: Instant
    binding: Binding


class ProlongRefresh(NamedTuple):
    """A refresh token was used, and stays: it may rest for as long again."""

    id: int
    expires_at: Instant


class RotateRefresh(NamedTuple):
    """A refresh token was used, and has a successor, which it makes together with the salt: one wins."""

    id: int
    at: Instant
    salt: bytes
    successor: int


class Whose(NamedTuple):
    """Whom an authorization was of, and whom for: they hear of it when a part of it was stolen."""

    client_id: str
    subject: str


class RevokeFamily(NamedTuple):
    """End all that one authorization gave, as `client_id` showed a part of it.

    Its own client gave it back; or somebody else has it too, and then `stolen_from` says whose it was.
    """

    family: int
    client_id: str
    at: Instant
    stolen_from: Whose | None = None


class StorePushed(NamedTuple):
    """Keep an authorization request that a client sent itself."""

    id: int
    digest: bytes
    client_id: str
    parameters: dict[str, str]
    expires_at: Instant


class StoreDevice(NamedTuple, Generic[S]):
    """Keep what a device asked: the digests of both codes, and where it asked from."""

    id: int
    digest: bytes
    user_code_digest: bytes
    client_id: str
    scopes: S
    binding: Binding
    issued_at: Instant
    expires_at: Instant
    interval_s: int


class DevicePolled(NamedTuple):
    """A device asked whether it may; one that asks too often waits longer from now on."""

    id: int
    at: Instant
    interval_s: int


class ClaimDevice(NamedTuple):
    """Spend a device code: one conditional update, which of several contenders one wins."""

    id: int
    at: Instant


class Refused(NamedTuple):
    """A refusal that keeps something: what else must end, or be known the next time."""

    refusal: Refusal
    effects: tuple[RevokeFamily | ClaimCode | DevicePolled, ...] = ()
