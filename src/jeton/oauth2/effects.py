"""What a decision asks to be kept: values, applied all or nothing by `server` through the ports."""

from typing import Generic, NamedTuple, TypeVar

from jeton.kit.clock import Instant
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
    secret_id: int


class RevokeToken(NamedTuple):
    """End a token at the request of its own client."""

    id: int
    client_id: str
    at: Instant
