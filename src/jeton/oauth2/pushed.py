"""Pushed authorization requests: the client sends its request itself, and the browser carries a reference to it.

Source: RFC 9126; security.md F-04 (a reference lives under 600 s, is of one client, and is used up once).
"""

from typing import Final, NamedTuple

from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import PUSHED_REQUEST, Mint, digest, new_token
from jeton.oauth2.effects import StorePushed
from jeton.oauth2.tokens import is_the_one, number_of

PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
LIVES: Final[Instant] = 90 * SECOND
SHOWN_LIVES: Final[Instant] = 600 * SECOND
"""Once its page was shown, so long the person has to sign in and decide."""


class PushedRecord(NamedTuple):
    """A pushed request as the store knows it."""

    id: int
    digest: bytes
    client_id: str
    parameters: dict[str, str]
    expires_at: Instant
    shown_at: Instant | None
    claimed_at: Instant | None


class PushedAnswer(NamedTuple):
    """What the client is told: the reference, and for how many seconds it holds."""

    request_uri: str
    expires_in: int


def push(client_id: str, parameters: dict[str, str], now: Instant, mint: Mint) -> tuple[PushedAnswer, StorePushed]:
    """A reference to a request, and what to keep."""
    number = mint.number(now)
    reference = new_token(PUSHED_REQUEST, mint, number)
    kept = StorePushed(number, digest(reference), client_id, parameters, now + LIVES)
    return PushedAnswer(PREFIX + reference, LIVES // SECOND), kept


def number_in(request_uri: str) -> int | None:
    """The number that finds the row; None for what cannot be a reference of ours."""
    return number_of(request_uri.removeprefix(PREFIX), PUSHED_REQUEST) if request_uri.startswith(PREFIX) else None


def holds(record: PushedRecord | None, request_uri: str, client_id: str | None, now: Instant) -> bool:
    """Whether a reference is live, and this client's."""
    if not is_the_one(record, request_uri.removeprefix(PREFIX)) or record is None:
        return False
    lives_until = record.expires_at if record.shown_at is None else record.shown_at + SHOWN_LIVES
    return record.client_id == client_id and record.claimed_at is None and now < lives_until
