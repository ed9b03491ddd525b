"""Nonces of DPoP proofs: the moment they were handed out, sealed. Every process with the same keys knows them again.

Source: RFC 9449 section 8. Satisfies oauth2.dpop.Nonces.
"""

from typing import Final

from jeton.kernel.configuration import SealBroken, Seals
from jeton.kit.clock import SECOND, Instant
from jeton.oauth2.dpop import NONCE_LIVES

_PURPOSE: Final = "dpop nonce"
_ONE_EACH: Final[Instant] = 30 * SECOND
_SKEW: Final[Instant] = 10 * SECOND
_LONGEST: Final = 256


class SealedNonces:
    """One nonce for half a minute of a process's answers."""

    __slots__ = ("_at", "_nonce", "_seals")

    def __init__(self, seals: Seals) -> None:
        self._seals = seals
        self._at: Instant = 0
        self._nonce = ""

    def current(self, now: Instant) -> str:
        if not 0 <= now - self._at < _ONE_EACH:
            self._nonce = self._seals.seal(str(now), _PURPOSE)
            self._at = now
        return self._nonce

    def is_current(self, nonce: str, now: Instant) -> bool:
        if len(nonce) > _LONGEST:
            return False
        try:
            at = int(self._seals.open(nonce, _PURPOSE))
        except SealBroken:
            return False
        return -_SKEW <= now - at < NONCE_LIVES + _ONE_EACH
