"""How many calls an application may make a minute, where an administrator says so. Pure.

Processes take shares of what is left and spend them without asking again: see decision 0023.
"""

from typing import Final, NamedTuple, Protocol

from jeton.kernel.ids import ClientId
from jeton.kernel.problems import TooMany
from jeton.kit.clock import MINUTE, SECOND, Instant
from jeton.kit.text import sentence

WINDOW_S: Final = MINUTE // SECOND
_SHARE: Final = 8


class TooManyCalls(TooMany):
    """The application made as many calls within this minute as it may."""

    code = "too_many_calls"
    sentence = sentence(
        "This application may make {limit} calls a minute, and has made them. Try again in {retry_after_s} seconds."
    )


class Share(NamedTuple):
    """What a process took of a minute's calls, and how many are left for whoever asks next."""

    taken: int
    left: int


class Allowance(NamedTuple):
    """Where an application stands within this minute: how many calls it may make, how many it has left (as far as this
    process knows), and in how many seconds it begins anew."""

    limit: int
    left: int
    resets_in_s: int
    is_over: bool = False


class RequestCounts(Protocol):
    """Calls of applications by minutes of the clock, in the database: what all processes share."""

    def take(self, client: ClientId, minute: int, limit: int) -> Share:
        """Take a share of what `limit` leaves in a minute: nothing where nothing is left, or where it is gone."""


def minute_of(now: Instant) -> int:
    """The minute of the clock, counted from 1970."""
    return now // MINUTE


def resets_in_s(now: Instant) -> int:
    """Seconds until the next minute, rounded up: 1 to 60."""
    return -(-(MINUTE - now % MINUTE) // SECOND)


def share_of(left: int) -> int:
    """How many a process takes at once: an eighth of what is left, at least one. So a minute of n calls costs some
    8 ln(n / 8) + 8 writes, and what idle processes hold back is little towards its end."""
    return -(-left // _SHARE) if left > 0 else 0
