"""How a page of the console makes a call of the API: for the person who is signed in there, by their login session.

The edge serves the calls and knows no session; the console knows sessions and serves no call. This is what stands
between them.
"""

from typing import Final, Protocol

from jeton.kernel.caller import Caller, Origin
from jeton.kernel.ports import Work
from jeton.kernel.problems import Problem
from jeton.web.answers import Answer
from jeton.web.requests import Headers, Inbox

SESSION_PREFIX: Final = "/session"
"""Stands in place of `/api`."""


class Seating(Protocol):
    """One request of somebody at the console."""

    def caller(self, work: Work) -> Caller:
        """Who it is. Raises SignedOut; ForgedForm (a write that does not prove to come from one of our pages)."""

    def take(self, fields: dict[str, str]) -> dict[str, str]:
        """Take what proves the request out of a form's fields; gives the others."""

    async def page(self, problem: Problem | None) -> Answer | None:
        """What a browser that runs no script is shown: where it goes on, or what was wrong. None for a script."""


class Seats(Protocol):
    """The console, as the edge sees it."""

    def seating(self, headers: Headers, inbox: Inbox, origin: Origin, *, is_write: bool, in_form: bool) -> Seating:
        """Who sent a request; `in_form` when the proof may stand among a form's fields. Raises ForgedForm."""
