"""Keys that sign access tokens for outside resource servers: announced first, then used, then kept while tokens live.

A key's state follows from the clock: pending until it is active, active until the next one is, retired until nothing
that it signed can still be live. Source: RFC 7517; RFC 9068 section 4; product.md D2.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, NamedTuple

from jeton.kit.clock import DAY, Instant

ANNOUNCED: Final[Instant] = DAY
"""So long a new key stands in the JWKS before it signs: caches of it have seen it by then."""
SIGNS: Final[Instant] = 90 * DAY
"""So long a key signs before another one takes over."""
KEPT: Final[Instant] = 2 * DAY
"""So long a retired key stays: longer than any token lives."""


class SigningKey(NamedTuple):
    """The key that signs now: its id, and the whole of it as a JWK in JSON."""

    kid: str
    private: str


class KeyState(StrEnum):
    """Where a key stands in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRED = "retired"


class PublicKey(NamedTuple):
    """A key as everybody may see it."""

    id: int
    jwk: dict[str, Any]  # a JSON object
    active_from: Instant


def states(keys: Sequence[PublicKey], now: Instant) -> tuple[tuple[PublicKey, KeyState], ...]:
    """Each key with its state, the oldest first."""
    ordered = sorted(keys, key=lambda key: (key.active_from, key.id))
    begun = [key for key in ordered if key.active_from <= now]
    active = begun[-1] if begun else None
    return tuple((key, _state(key, active, now)) for key in ordered)


def next_due(keys: Sequence[PublicKey], now: Instant) -> Instant | None:
    """When a new key should become active that is not there yet; None: nothing is due."""
    if not keys:
        return now
    newest = max(key.active_from for key in keys)
    return max(newest + SIGNS, now + ANNOUNCED) if now >= newest + SIGNS - ANNOUNCED else None


def over(keys: Sequence[PublicKey], now: Instant) -> tuple[PublicKey, ...]:
    """Retired keys that nothing live can be signed with any more."""
    told = states(keys, now)
    return tuple(
        key
        for (key, state), (successor, _) in pairwise(told)
        if state is KeyState.RETIRED and successor.active_from + KEPT <= now
    )


def _state(key: PublicKey, active: PublicKey | None, now: Instant) -> KeyState:
    if key.active_from > now:
        return KeyState.PENDING
    return KeyState.ACTIVE if key is active else KeyState.RETIRED
