"""Refresh tokens: how they are made, and what is known of one that comes back. Source: product.md D4, D5; RFC 6749."""

from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import DAY, SECOND, Instant
from jeton.kit.mint import REFRESH_TOKEN, Mint, derived_token, digest, new_token
from jeton.oauth2.effects import RotateRefresh, StoreRefresh
from jeton.oauth2.scopes import ScopeSet

S = TypeVar("S", bound=ScopeSet)

IDLE: Final[Instant] = 30 * DAY
"""Unused for so long, it is over."""
ABSOLUTE: Final[Instant] = 90 * DAY
"""Then the person is asked again, however much it was used."""
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

    def is_live(self, now: Instant) -> bool:
        """Whether it holds now, rotated or not."""
        return self.ended_at is None and now < self.expires_at and self.is_usable


def mint_refresh_token(
    client_id: str, subject: str, scopes: S, family: int, now: Instant, mint: Mint
) -> tuple[str, StoreRefresh[S]]:
    """The first refresh token of an authorization."""
    number = mint.number(now)
    token = new_token(REFRESH_TOKEN, mint, number)
    kept = StoreRefresh(
        number, digest(token), client_id, subject, scopes, family, now, now + IDLE, now + ABSOLUTE
    )  # fmt: skip
    return token, kept


def rotate(
    record: RefreshRecord[S], token: str, now: Instant, mint: Mint
) -> tuple[str, RotateRefresh, StoreRefresh[S]]:
    """The successor of a token that was just used, and what to keep of both."""
    salt, number = mint.bytes(32), mint.number(now)
    successor = derived_token(REFRESH_TOKEN, number, token, salt)
    kept = StoreRefresh(
        number, digest(successor), record.client_id, record.subject, record.scopes, record.family,
        now, min(now + IDLE, record.ends_at), record.ends_at,
    )  # fmt: skip
    return successor, RotateRefresh(record.id, now, salt, number), kept


def repeated(rotation: Rotation, token: str) -> str:
    """The successor that was handed over already."""
    return derived_token(REFRESH_TOKEN, rotation.successor, token, rotation.salt)
