"""The authorization endpoint: a person at a browser is asked whether an application may act for them.

The request is judged by the core each time, on the way in and in the transaction that gives the code. Answers to posts
are pages that go on by themselves: a redirect would be held against `form-action`, along the whole chain.
Source: RFC 6749 section 4.1; ux.md 1.6, 2.7, 2.8; security.md CO.
"""

from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

from jeton.console.allowing import allow, kept_of, lines, view_of
from jeton.console.once import ShownAlready, spend
from jeton.console.sessions import Cookies, Seat, seat_of
from jeton.console.visit import Renderer, Visit
from jeton.kernel.applications import Application
from jeton.kernel.audiences import is_for
from jeton.kernel.ids import ClientId
from jeton.kernel.ports import Work, Works
from jeton.kernel.problems import Conflict
from jeton.kernel.scopes import Scopes
from jeton.kit.text import sentence
from jeton.oauth2.endpoints.authorize import PageFault, SentBack, Sound
from jeton.oauth2.ports import Store
from jeton.oauth2.server import AuthorizationServer
from jeton.web.answers import Answer
from jeton.web.forms import Form
from jeton.web.requests import read_pairs

AUTHORIZE_PATH: Final = "/oauth2/authorize"
LONGEST_QUERY: Final = 8192

NOT_FOR_THEM: Final = "not_for_them"

StoreOf = Callable[[Work], Store[Scopes]]
Judged = PageFault | SentBack | Sound[Scopes]


class AnsweredAlready(Conflict):
    """The form of a consent came a second time: it gives nothing more."""

    code = "answered_already"
    sentence = sentence("You answered this request already. Go back to the application.")


class _Seen(NamedTuple):
    """A request that was judged, and what the page tells of its application."""

    judged: Judged
    application: Application | None
    consented: Scopes | None
    is_for_them: bool


class Consent:
    """What stands at `/oauth2/authorize`."""

    __slots__ = ("_cookies", "_render", "_server", "_store_of", "_works")

    def __init__(
        self,
        render: Renderer,
        cookies: Cookies,
        works: Works,
        server: AuthorizationServer[Scopes],
        store_of: StoreOf,
    ) -> None:
        self._render = render
        self._cookies = cookies
        self._works = works
        self._server = server
        self._store_of = store_of

    async def show(self, visit: Visit, query: str) -> Answer:
        """Ask; or go on at once, where the person allowed as much before. Raises Malformed."""
        pairs = _pairs(query)
        judged, application, consented, is_for_them = await self._works.read(lambda work: self._see(work, visit, pairs))
        if isinstance(judged, Sound) and judged.pushed is not None:
            await self._works.write(lambda work: self._server.shown(judged, self._store_of(work), work.now))
        if not is_for_them:
            return self._fault(visit, PageFault(NOT_FOR_THEM, ""), application)
        if isinstance(judged, PageFault):
            return self._fault(visit, judged, application)
        if isinstance(judged, SentBack):
            return self._go_away(visit, judged.location)
        is_allowed = consented is not None and judged.scopes.within(consented)
        may_go_on = visit.seat is not None and (is_allowed or _is_trusted(application))
        if judged.may_not_ask and (not may_go_on or judged.must_ask):
            error = "login_required" if visit.seat is None else "consent_required"
            return self._go_away(visit, self._server.cannot_ask(judged, error))
        if visit.seat is None:
            return self._render.go(visit, f"/login?next={quote(f'{AUTHORIZE_PATH}?{query}', safe='')}")
        if may_go_on and not judged.must_ask:
            return self._go_away(visit, await self._works.write(lambda work: self._go_on(work, visit, pairs)))
        assert application is not None  # noqa: S101 - what was judged sound is an application's
        view = {
            **view_of(application, visit.seat.user, judged.scopes | (consented or Scopes(0))),
            "lines": lines(judged.scopes, consented, _optional(judged, application)),
            "has_consented": bool(consented),
            "destination": urlsplit(judged.callback).netloc or urlsplit(judged.callback).scheme,
            "request": query,
        }
        return self._render.page(visit, "consent.html", view)

    async def decide(self, visit: Visit, form: Form) -> Answer:
        """Keep what the person decided, and send the browser on. Raises Malformed."""
        query = form.typed("request")
        pairs = _pairs(query)
        if visit.seat is None:
            return self._render.go(visit, f"/login?next={quote(f'{AUTHORIZE_PATH}?{query}', safe='')}")

        def keep(work: Work) -> tuple[Judged, str]:
            work.origin = visit.origin
            return self._decided(work, visit, pairs, form)

        judged, location = await self._works.write(keep)
        if isinstance(judged, PageFault):
            return self._fault(visit, judged, None)
        callback = judged.callback
        return self._render.onward(visit, location, urlsplit(callback).netloc or callback)

    def _see(self, work: Work, visit: Visit, pairs: list[tuple[str, str]]) -> _Seen:
        judged = self._server.authorize(pairs, self._store_of(work), work.now)
        client_id = _client_of(judged)
        application = None if client_id is None else work.applications.find(ClientId(client_id))
        if visit.seat is None or application is None:
            return _Seen(judged, application, None, is_for_them=True)
        user = visit.seat.user.id
        is_for_them = is_for(work, application, user)
        return _Seen(judged, application, work.consents.find(user, application.client_id), is_for_them)

    def _go_on(self, work: Work, visit: Visit, pairs: list[tuple[str, str]]) -> str:
        """A code by an earlier consent, judged anew in the transaction that gives it."""
        work.origin = visit.origin
        seat, store = self._seat(work, visit), self._store_of(work)
        sound = self._server.authorize(pairs, store, work.now)
        if seat is not None and isinstance(sound, Sound):
            client_id = ClientId(sound.client.client_id)
            application = work.applications.find(client_id)
            consented = work.consents.find(seat.user.id, client_id)
            is_allowed = consented is not None and sound.scopes.within(consented)
            if application is None or not is_for(work, application, seat.user.id):
                return f"{AUTHORIZE_PATH}?{_joined(pairs)}"
            if not is_allowed and _is_trusted(application):
                self._trust(work, seat, sound, consented or Scopes(0))
                is_allowed = True
            if is_allowed:
                return self._server.approve(sound, str(seat.user.id), sound.scopes, store, work.now)
        return f"{AUTHORIZE_PATH}?{_joined(pairs)}"  # something ended meanwhile: ask

    def _trust(self, work: Work, seat: Seat, sound: Sound[Scopes], consented: Scopes) -> None:
        """An administrator answered for everybody; the person finds it under Connected applications all the same."""
        client_id = ClientId(sound.client.client_id)
        work.consents.keep(seat.user.id, client_id, consented | sound.scopes, work.now)
        work.audit.record(
            seat.caller._replace(client_id=client_id), "consent.trusted", client_id, scopes=str(sound.scopes)
        )  # fmt: skip

    def _decided(self, work: Work, visit: Visit, pairs: list[tuple[str, str]], form: Form) -> tuple[Judged, str]:
        store = self._store_of(work)
        sound = self._server.authorize(pairs, store, work.now)
        if isinstance(sound, SentBack):
            return sound, sound.location
        if isinstance(sound, PageFault):
            return sound, ""
        seat = self._seat(work, visit)
        if seat is None:
            return sound, f"{AUTHORIZE_PATH}?{_joined(pairs)}"
        try:
            spend(work, form.text("once"))
        except ShownAlready:
            raise AnsweredAlready from None
        client_id = ClientId(sound.client.client_id)
        application = work.applications.find(client_id)
        if application is None or not is_for(work, application, seat.user.id):
            return PageFault(NOT_FOR_THEM, "", client_id), ""
        if form.text("decision") != "allow":
            work.audit.record(seat.caller._replace(client_id=client_id), "consent.refused", client_id)
            return sound, self._server.deny(sound, store, work.now)
        left_out = _optional(sound, application) - kept_of(form)
        allowed = sound.scopes - left_out
        allow(work, seat, application, allowed)
        return sound, self._server.approve(sound, str(seat.user.id), allowed, store, work.now)

    def _seat(self, work: Work, visit: Visit) -> Seat | None:
        return seat_of(work, visit.cookies.get(self._cookies.session), visit.origin.address)

    def _fault(self, visit: Visit, fault: PageFault, application: Application | None) -> Answer:
        is_administrator = visit.seat is not None and visit.seat.user.is_administrator
        registered = application.callback_urls if application is not None and is_administrator else ()
        view = {
            "case": fault.case,
            "shown": fault.shown,
            "application": application,
            "nearest": nearest(fault.shown, registered),
            "is_administrator": is_administrator,
        }
        return self._render.page(visit, "authorize_fault.html", view, status=400)

    def _go_away(self, visit: Visit, location: str) -> Answer:
        headers = ((b"location", location.encode()), (b"cache-control", b"no-store"), *visit.extra_headers)
        return Answer(302, ((b"referrer-policy", b"no-referrer"), *headers))


def nearest(shown: str, registered: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each registered address in two pieces, as far as it is what was shown and from there on; the most alike first."""
    pieces = [(_alike(shown, url), url) for url in registered]
    return [(url[:length], url[length:]) for length, url in sorted(pieces, key=lambda piece: -piece[0])]


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def _pairs(query: str) -> list[tuple[str, str]]:
    return list(read_pairs(query.encode("ascii", "replace")[:LONGEST_QUERY]))


def _joined(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def _client_of(judged: Judged) -> str | None:
    if isinstance(judged, Sound):
        return judged.client.client_id
    return judged.client_id if isinstance(judged, PageFault) else None


def _is_trusted(application: Application | None) -> bool:
    return application is not None and bool(application.metadata.trusted_because)


def _optional(sound: Sound[Scopes], application: Application | None) -> Scopes:
    """What the person may leave out: asked so, or registered so."""
    registered = Scopes(0) if application is None else application.metadata.optional_scopes
    return (sound.optional | registered) & sound.scopes
