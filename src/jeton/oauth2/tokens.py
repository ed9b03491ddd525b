"""Access tokens: how they are made, and what is known of one that comes back.

Source: product.md D2, D4; decisions.md, "Token"; RFC 6749 section 5.1.
"""

from hmac import compare_digest
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import ACCESS_TOKEN, Mint, digest, new_token, parse_token
from jeton.oauth2.clients import Authenticated
from jeton.oauth2.effects import StoreToken
from jeton.oauth2.scopes import ScopeSet

S = TypeVar("S", bound=ScopeSet)

_DUMMY: Final = digest("no such token")


class TokenRecord(NamedTuple, Generic[S]):
    """A token as the store knows it. `ended_at` is when it was cut off, by whatever cause; `is_usable` is False while
    its client is suspended or its subject disabled."""

    id: int
    digest: bytes
    client_id: str
    scopes: S
    issued_at: Instant
    expires_at: Instant
    ended_at: Instant | None
    is_usable: bool
    subject: str
    username: str | None


class Minted(NamedTuple, Generic[S]):
    """A fresh token, and what to keep of it."""

    token: str
    effect: StoreToken[S]


def mint_access_token(
    authenticated: Authenticated[S],
    scopes: S,
    now: Instant,
    mint: Mint,
    *,
    subject: str | None = None,
    family: int | None = None,
) -> Minted[S]:
    """Make a token that lives as long as its client's tokens do; for a person, when `subject` names one."""
    number = mint.number(now)
    token = new_token(ACCESS_TOKEN, mint, number)
    client = authenticated.client
    expires_at = now + client.lifetime_s * SECOND
    secret = authenticated.secret_id
    kept = StoreToken(number, digest(token), client.client_id, scopes, now, expires_at, secret, subject, family)
    return Minted(token, kept)


def number_of(token: str, prefix: str = ACCESS_TOKEN) -> int | None:
    """The number that finds the row; None for what cannot be one of our tokens of this kind."""
    parsed = parse_token(token)
    return parsed.number if parsed is not None and parsed.prefix == prefix else None


class HasDigest(Protocol):
    """A record that knows a token by its digest."""

    @property
    def digest(self) -> bytes: ...


def is_the_one(record: HasDigest | None, token: str) -> bool:
    """Whether the row found by a token's number belongs to this very token; constant time."""
    return compare_digest(record.digest if record else _DUMMY, digest(token)) and record is not None


def is_live(record: TokenRecord[S], now: Instant) -> bool:
    """Whether a token holds now: expired when now is its end or later."""
    return record.ended_at is None and now < record.expires_at and record.is_usable
