"""Browsers that somebody signed in from before: a flood of guesses at an account does not keep its person out there.

Such a browser holds a token, of which a digest is kept. It opens nothing and spares nothing. A try that comes with it
is counted at the browser and not at the account; ten misses, and it is a stranger again. Source: security.md R30 and
AU-01; decision 0035.
"""

from typing import TYPE_CHECKING, Final, Protocol

from jeton.kernel.guesses import account_key, address_key
from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import User
from jeton.kit.clock import DAY, Instant
from jeton.kit.mint import KNOWN_BROWSER, digest, new_token

if TYPE_CHECKING:
    from jeton.kernel.ports import Work

KNOWN_LIVES: Final = 180 * DAY
"""Since the person last signed in there."""

MOST_MISSES: Final = 10
"""Since somebody last showed the right password there."""


class Browsers(Protocol):
    """Known browsers, by the digest of what they hold. One conditional UPDATE decides what a miss finds."""

    def owner(self, digest: bytes, now: Instant) -> PrincipalId | None:
        """Who signed in there; None when it is unknown, too old, or had its misses."""

    def add(self, digest: bytes, user: PrincipalId, *, expires_at: Instant) -> None:
        """Keep a new one, without a miss."""

    def missed(self, digest: bytes, now: Instant) -> bool:
        """Count a miss; False when it is not known (any more)."""

    def forgive(self, digest: bytes) -> None:
        """A right password: its misses are forgotten."""

    def remove(self, digest: bytes) -> None:
        """Forget it."""

    def end_of_user(self, user: PrincipalId) -> None:
        """Forget all of a person's."""


def know_browser(work: "Work", user: User, token: str | None) -> str:
    """A new token for the browser where this person signed in; the one that it showed is over."""
    if token:
        work.browsers.remove(digest(token))
    fresh = new_token(KNOWN_BROWSER, work.mint)
    work.browsers.add(digest(fresh), user.id, expires_at=work.now + KNOWN_LIVES)
    return fresh


def count_try(work: "Work", user: User | None, identifier: str, token: str | None, address: str) -> int:
    """Count a try of a password, before it is looked at; or the seconds to wait, and then nothing is counted.

    `user` is who is meant by `identifier`, if anybody is; `token` what the browser shows.
    """
    place = address_key(address)
    is_known = _is_known(work, user, token)
    keys = (place,) if is_known else (account_key(user.login if user else identifier), place)
    wait_s = work.guesses.wait_s(keys, work.now)
    if not wait_s:
        work.guesses.missed(keys, work.now)
        if is_known and token:
            work.browsers.missed(digest(token), work.now)
    return wait_s


def right_password(work: "Work", user: User, token: str | None) -> None:
    """Clear the count where the try was counted: who signs in at a known browser frees nobody else's guesses."""
    if token and _is_known(work, user, token):
        work.browsers.forgive(digest(token))
    else:
        work.guesses.forget(account_key(user.login))


def _is_known(work: "Work", user: User | None, token: str | None) -> bool:
    owner = work.browsers.owner(digest(token), work.now) if token else None
    return user is not None and owner == user.id
