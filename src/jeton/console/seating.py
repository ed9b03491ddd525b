"""Calls of the API that our own pages make for whoever is signed in: the session identifies, a form token proves.

The calls themselves are the edge's (`web.seats`); here is only who sits there. A script proves its writes by a header,
a form without one by its field `csrf`, and says in `next` where its browser goes on.
"""

from typing import Final

from jeton.console.sessions import Cookies, check_origin, check_token, cookies_of, safe_path, seat_of
from jeton.console.visit import Renderer, Visit, look_around
from jeton.kernel.caller import Caller, Origin
from jeton.kernel.ports import Work, Works
from jeton.kernel.problems import Forbidden, Problem
from jeton.kit.text import sentence
from jeton.web.answers import Answer
from jeton.web.requests import Headers, Inbox

TOKEN_HEADER: Final = b"csrf-token"


class SignedOut(Forbidden):
    """The page outlived its session."""

    code = "signed_out"
    sentence = sentence("You are signed out. Load the page again and sign in.")


class ConsoleSeats:
    """See `web.seats.Seats`."""

    __slots__ = ("_cookies", "_public_url", "_render", "_works")

    def __init__(self, render: Renderer, cookies: Cookies, works: Works, public_url: str) -> None:
        self._render = render
        self._cookies = cookies
        self._works = works
        self._public_url = public_url

    def seating(
        self, headers: Headers, inbox: Inbox, origin: Origin, *, is_write: bool, in_form: bool
    ) -> "ConsoleSeating":
        """Who sent a request. Raises ForgedForm."""
        proof = None
        if is_write:
            check_origin(headers, self._public_url)
            shown = headers.get(TOKEN_HEADER)
            proof = None if in_form and shown is None else shown or ""
        visit = Visit(
            method="POST" if is_write else "GET",
            path="/files",
            query={},
            headers=headers,
            inbox=inbox,
            cookies=cookies_of(headers),
            origin=origin,
        )
        return ConsoleSeating(self._render, self._works, visit, self._cookies.session, proof)


class ConsoleSeating:
    """See `web.seats.Seating`. `proof` is the form token that was shown; None where none is needed, or not yet."""

    __slots__ = ("_cookie", "_onward", "_proof", "_render", "_visit", "_works")

    def __init__(self, render: Renderer, works: Works, visit: Visit, cookie: str, proof: str | None) -> None:
        self._render = render
        self._works = works
        self._visit = visit
        self._cookie = cookie
        self._proof = proof
        self._onward: str | None = None

    def caller(self, work: Work) -> Caller:
        """Who it is. Raises SignedOut, ForgedForm."""
        seat = seat_of(work, self._visit.cookies.get(self._cookie), self._visit.origin.address)
        if seat is None:
            raise SignedOut
        if self._proof is not None:
            check_token(self._proof, seat.session.csrf)
        return seat.caller

    def take(self, fields: dict[str, str]) -> dict[str, str]:
        """Take the form's token, and where its browser goes on, out of its fields."""
        if self._proof is None:
            self._proof = fields.get("csrf", "")
        if "next" in fields:
            self._onward = safe_path(fields["next"]) or "/files"
        return {name: value for name, value in fields.items() if name not in {"csrf", "next"}}

    async def page(self, problem: Problem | None) -> Answer | None:
        """Where a form's browser goes on, or what was wrong; None for a script, and for bytes."""
        if problem is None:
            return None if self._onward is None else self._render.go(self._visit, self._onward)
        visit = self._visit
        if not visit.headers.lenient(b"accept").startswith("text/html"):
            return None

        def look(work: Work) -> None:
            visit.platform_name, visit.platform_language = look_around(work)
            visit.seat = seat_of(work, visit.cookies.get(self._cookie), visit.origin.address)

        await self._works.read(look)
        return self._render.problem(visit, problem)
