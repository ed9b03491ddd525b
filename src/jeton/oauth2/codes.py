"""Authorization codes: how they are made, and what is known of one that comes back. Source: RFC 6749 section 4.1.2."""

from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import CODE, Mint, digest, new_token
from jeton.oauth2.binding import UNBOUND, Binding
from jeton.oauth2.effects import StoreCode
from jeton.oauth2.scopes import ScopeSet

S = TypeVar("S", bound=ScopeSet)

LIVES: Final[Instant] = 60 * SECOND


class CodeRecord(NamedTuple, Generic[S]):
    """A code as the store knows it. `is_usable` is False once its person may not act, or took the consent back."""

    id: int
    digest: bytes
    client_id: str
    subject: str
    scopes: S
    redirect_uri: str | None
    challenge: str | None
    expires_at: Instant
    claimed_at: Instant | None
    is_usable: bool
    binding: Binding = UNBOUND


class Approved(NamedTuple, Generic[S]):
    """What a person allowed a client, by a request that was sound."""

    client_id: str
    subject: str
    scopes: S
    redirect_uri: str | None
    challenge: str | None
    binding: Binding


def mint_code(approved: Approved[S], now: Instant, mint: Mint) -> tuple[str, StoreCode[S]]:
    """A fresh code, and what to keep of it. Its number is the number of all that comes of it."""
    number = mint.number(now)
    code = new_token(CODE, mint, number)
    return code, StoreCode(number, digest(code), *approved, issued_at=now, expires_at=now + LIVES)
