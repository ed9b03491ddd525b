"""The page on which a person allows a device that has no browser: they type its code, and are asked as on any consent.

Typing is counted like guessing: per person and per address. Source: RFC 8628 sections 3.3, 5.1 and 5.4; ux.md 2.6.
"""

from typing import Any, Final, NamedTuple

from jeton.console.allowing import allow, kept_of, lines, view_of
from jeton.console.consent import AnsweredAlready, StoreOf
from jeton.console.once import ShownAlready, spend
from jeton.console.sessions import Cookies, Seat, safe_path, seat_of
from jeton.console.visit import Renderer, Visit
from jeton.kernel.applications import Application
from jeton.kernel.audiences import is_for
from jeton.kernel.guesses import address_key, device_key
from jeton.kernel.ids import ClientId
from jeton.kernel.ports import Work, Works
from jeton.kernel.problems import FieldError, Invalid, TooMany
from jeton.kernel.scopes import Scopes
from jeton.kit.text import sentence
from jeton.oauth2.device import LETTERS, DeviceRecord, plain
from jeton.oauth2.server import AuthorizationServer
from jeton.web.answers import Answer
from jeton.web.forms import Form

DEVICE_PATH: Final = "/device"


class NoDevice(Invalid):
    """No device waits under what was typed."""

    code = "no_device"
    sentence = sentence("No device waits for this code. Check the letters; a code lives 10 minutes.")


class _Asking(NamedTuple):
    """A device that waits, and the application that it runs."""

    record: DeviceRecord[Scopes]
    application: Application


class Devices:
    """What stands at `/device`."""

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

    async def show(self, visit: Visit, form: Form) -> Answer:
        """Ask for the code; one that came in the address still wants to be confirmed (RFC 8628 section 5.4)."""
        typed = form.query.get("user_code", "")[:16]
        if visit.seat is None:
            return self._render.go(visit, _login(typed))
        return self._render.page(visit, "device.html", form={"user_code": typed})

    async def answer(self, visit: Visit, form: Form) -> Answer:
        """Look the code up and ask; or keep what was decided. Raises TooMany."""
        typed = form.text("user_code")[:32]
        seat = visit.seat
        if seat is None:
            return self._render.go(visit, _login(typed))
        if form.text("decision") in {"allow", "deny"}:
            return await self._decide(visit, form, typed)
        asking = await self._works.write(lambda work: self._found(work, seat, typed, visit.origin.address))
        if isinstance(asking, TooMany):
            raise asking
        return self._ask(visit, seat, typed, asking)

    def _ask(self, visit: Visit, seat: Seat, typed: str, asking: _Asking | None) -> Answer:
        if asking is None:
            return self._none(visit, typed)
        record, application = asking
        view: dict[str, Any] = {
            **view_of(application, seat.user, record.scopes),
            "lines": lines(record.scopes, None, application.metadata.optional_scopes),
            "user_code": _grouped(typed),
            "address": record.address,
            "asked_at": record.issued_at,
        }
        return self._render.page(visit, "device_consent.html", view)

    def _none(self, visit: Visit, typed: str) -> Answer:
        problem = NoDevice(FieldError("user_code", "no_device", NoDevice.sentence))
        return self._render.page(
            visit,
            "device.html",
            form={"user_code": typed},
            errors=self._render.errors(visit, problem),
            alert=self._render.sentence(visit, problem),
            status=422,
        )

    async def _decide(self, visit: Visit, form: Form, typed: str) -> Answer:
        def keep(work: Work) -> str | None:
            work.origin = visit.origin
            seat = seat_of(work, visit.cookies.get(self._cookies.session), visit.origin.address)
            return None if seat is None else self._decided(work, seat, form, typed)

        outcome = await self._works.write(keep)
        if outcome is None:
            return self._none(visit, typed) if visit.seat else self._render.go(visit, _login(typed))
        return self._render.page(visit, "device_done.html", {"is_allowed": outcome == "allowed"})

    def _decided(self, work: Work, seat: Seat, form: Form, typed: str) -> str | None:
        """None when no device waits (any more). Raises AnsweredAlready."""
        store = self._store_of(work)
        record = self._server.device_asking(typed, store, work.now)
        application = None if record is None else work.applications.find(ClientId(record.client_id))
        if record is None or application is None or not is_for(work, application, seat.user.id):
            return None
        try:
            spend(work, form.text("once"))
        except ShownAlready:
            raise AnsweredAlready from None
        if form.text("decision") != "allow":
            store.decide_device(record.id, None, record.scopes, work.now)
            caller = seat.caller._replace(client_id=application.client_id)
            work.audit.record(caller, "device.refused", application.client_id)
            return "refused"
        allowed = record.scopes - (application.metadata.optional_scopes - kept_of(form))
        store.decide_device(record.id, str(seat.user.id), allowed, work.now)
        allow(work, seat, application, allowed)
        return "allowed"

    def _found(self, work: Work, seat: Seat, typed: str, address: str) -> _Asking | TooMany | None:
        """What waits under the code. A miss is counted; too many of them are told, and kept."""
        keys = (device_key(seat.user.id), address_key(address))
        wait_s = work.guesses.wait_s(keys, work.now)
        if wait_s:
            return TooMany(retry_after_s=wait_s)
        record = self._server.device_asking(typed, self._store_of(work), work.now)
        application = None if record is None else work.applications.find(ClientId(record.client_id))
        if record is None or application is None or not is_for(work, application, seat.user.id):
            work.guesses.missed(keys, work.now)
            return None
        return _Asking(record, application)


def _grouped(typed: str) -> str:
    word = plain(typed)
    return f"{word[:4]}-{word[4:]}"


def _login(typed: str) -> str:
    onward = f"{DEVICE_PATH}?user_code={typed}" if set(plain(typed)) <= set(LETTERS) and typed else DEVICE_PATH
    return f"/login?next={safe_path(onward) or DEVICE_PATH}"
