"""Refresh tokens: how they are made, and what is known of one that comes back. Source: product.md D4, D5; RFC 6749."""

from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import REFRESH_TOKEN, Mint, derived_token, digest, new_token
from jeton.oauth2.binding import UNBOUND, Binding
from jeton.oauth2.clients import Authenticated, Client
from jeton.oauth2.effects import ProlongRefresh, RotateRefresh, StoreRefresh
from jeton.oauth2.scopes import ScopeSet

S = TypeVar("S", bound=ScopeSet)

REPEATS: Final[Instant] = 30 * SECOND
"""So long a public client that lost an answer gets the same successor again (D5)."""


class Rotation(NamedTuple):
    """What became of a refresh token of a public client."""

    at: Instant
    salt: bytes
    successor: int
    is_successor_used: bool


class RefreshRecord(NamedTuple, Generic[S]):
    """A refresh token as the store knows it. `ended_at` is when it was cut off, by whatever cause; `is_usable` is False
    while its client is suspended or its person may not act."""

    id: int
    digest: bytes
    client_id: str
    subject: str
    username: str
    scopes: S
    family: int
    issued_at: Instant
    expires_at: Instant
    ends_at: Instant
    ended_at: Instant | None
    is_usable: bool
    rotation: Rotation | None
    binding: Binding = UNBOUND

    def is_live(self, now: Instant) -> bool:
        """Whether it holds now, rotated or not."""
        return self.ended_at is None and now < self.expires_at and self.is_usable


def mint_refresh_token(
    authenticated: Authenticated[S], subject: str, scopes: S, family: int, binding: Binding, now: Instant, mint: Mint
) -> tuple[str, StoreRefresh[S]]:
    """The first refresh token of an authorization. Unused for its client's idle time it is over, and at its end in any
    case: then the person is asked again. That of a public client is bound to the key that it proved."""
    client = authenticated.client
    number = mint.number(now)
    token = new_token(REFRESH_TOKEN, mint, number)
    ends_at = now + client.terms.refresh_ends_s * SECOND
    kept = StoreRefresh(
        number, digest(token), client.client_id, subject, scopes, family, now, _rests(client, now, ends_at), ends_at,
        binding if client.is_public else binding._replace(jkt=None),
    )  # fmt: skip
    return token, kept


def prolonged(record: RefreshRecord[S], client: Client[S], now: Instant) -> ProlongRefresh:
    """One that was used, and stays, may rest for as long again."""
    return ProlongRefresh(record.id, _rests(client, now, record.ends_at))


def rotate(
    record: RefreshRecord[S], client: Client[S], token: str, now: Instant, mint: Mint
) -> tuple[str, RotateRefresh, StoreRefresh[S]]:
    """The successor of a token that was just used, and what to keep of both."""
    salt, number = mint.bytes(32), mint.number(now)
    successor = derived_token(REFRESH_TOKEN, number, token, salt)
    kept = StoreRefresh(
        number, digest(successor), record.client_id, record.subject, record.scopes, record.family,
        now, _rests(client, now, record.ends_at), record.ends_at, record.binding,
    )  # fmt: skip
    return successor, RotateRefresh(record.id, now, salt, number), kept


def repeated(rotation: Rotation, token: str) -> str:
    """The successor that was handed over already."""
    return derived_token(REFRESH_TOKEN, rotation.successor, token, rotation.salt)


def _rests(client: Client[S], now: Instant, ends_at: Instant) -> Instant:
    return min(now + client.terms.refresh_idle_s * SECOND, ends_at)
