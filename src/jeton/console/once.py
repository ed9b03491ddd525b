"""A form that may be sent once: its single-use token is spent in the transaction of its act (decision 0009)."""

from typing import Final

from jeton.kernel.ports import Work
from jeton.kernel.problems import Conflict
from jeton.kit.clock import DAY
from jeton.kit.mint import digest

_LIVES: Final = DAY


class ShownAlready(Conflict):
    """A form that may be sent once was sent before: what it showed is not shown again."""

    code = "shown_already"


def check_unspent(work: Work, once: str) -> None:
    """A repeat is told as one, before anything else about it is judged."""
    if not 16 <= len(once) <= 64 or work.tickets.peek("form", digest(once), work.now) is not None:
        raise ShownAlready


def spend(work: Work, once: str) -> None:
    """A form's single-use token, spent in the transaction of its act: the same one a second time finds itself there."""
    try:
        work.tickets.issue("form", digest(once), subject="", expires_at=work.now + _LIVES)
    except Conflict:
        raise ShownAlready from None
