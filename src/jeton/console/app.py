"""The administrators' door: from an ASGI request to a door or a declared page, and the fixed order of a posted form.

A post is judged in this order: our own origin, the session, the form's token, the right, a fresh proof where the act
asks for one, the form itself; then `prepare`; then everything again in the writer, with the act.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jeton.console.consent import AUTHORIZE_PATH, Consent, StoreOf
from jeton.console.device import DEVICE_PATH, Devices
from jeton.console.doors import DOORS, Doors
from jeton.console.once import ShownAlready, check_unspent, spend
from jeton.console.picker import picker_families
from jeton.console.rendering import PAGE_HEADERS
from jeton.console.seating import ConsoleSeats
from jeton.console.sessions import Cookies, Seat, check_origin, check_token, cookies_of, is_fresh, safe_path, seat_of
from jeton.console.visit import Renderer, Visit, expected_token, look_around
from jeton.kernel.accounts import is_set_up
from jeton.kernel.blobs import Sheet
from jeton.kernel.declare import Act, Operation, Page
from jeton.kernel.notes import SessionSeen
from jeton.kernel.ports import Work, Works, Workshop
from jeton.kernel.problems import Conflict, Invalid, Problem, Unknown
from jeton.kernel.scopes import Scopes
from jeton.kit.mint import Mint
from jeton.oauth2.server import AuthorizationServer
from jeton.web.answers import Answer, Receive, Scope, Send, send_answer
from jeton.web.forms import Form, read_posted
from jeton.web.journal import Journal, Line
from jeton.web.languages import Catalogues
from jeton.web.matcher import Found, Matcher, WrongMethod
from jeton.web.origins import Origins
from jeton.web.requests import ClientGone, Headers, Inbox, path_of, read_query


class _NeedsLogin(Exception):
    """Nobody is logged in."""


class _NeedsProof(Exception):
    """The password was shown too long ago."""


class Console:
    """ASGI application of every page."""

    __slots__ = (
        "_consent", "_cookies", "_devices", "_doors", "_journal", "_matcher", "_notices", "_origins", "_pool",
        "_public_url", "_render", "_request_id", "_works", "_workshop", "seats",
    )  # fmt: skip

    def __init__(
        self,
        pages: Sequence[Page],
        operations: Sequence[Operation],
        template_packages: Sequence[str],
        works: Works,
        workshop: Workshop,
        pool: ThreadPoolExecutor,
        catalogues: Catalogues,
        journal: Journal,
        request_id: Callable[[], str],
        mint: Mint,
        *,
        public_url: str,
        origins: Origins,
        server: AuthorizationServer[Scopes],
        store_of: StoreOf,
    ) -> None:
        self._works = works
        self._workshop = workshop
        self._pool = pool
        self._journal = journal
        self._request_id = request_id
        self._public_url = public_url
        self._origins = origins
        self._cookies = Cookies(public_url)
        shared = {"families": picker_families(operations)}
        self._render = Renderer(catalogues, mint, self._cookies, public_url, template_packages, shared)
        self._doors = Doors(self._render, self._cookies, works, workshop, pool)
        self.seats = ConsoleSeats(self._render, self._cookies, works, public_url)
        self._consent = Consent(self._render, self._cookies, works, server, store_of)
        self._devices = Devices(self._render, self._cookies, works, server, store_of)
        routes: list[tuple[str, str, Page | str]] = [("GET", path, path) for path in DOORS if path != "/preferences"]
        routes += [("POST", path, path) for path in DOORS if path not in {"/", "/welcome"}]
        routes += [(method, path, path) for path in (AUTHORIZE_PATH, DEVICE_PATH) for method in ("GET", "POST")]
        for page in pages:
            routes.append(("GET", page.path, page))
            if page.acts:
                routes.append(("POST", page.path, page))
        self._matcher: Matcher[Page | str] = Matcher(routes)
        self._notices = {
            f"{page.name}.{name}": act.notice for page in pages for name, act in page.acts.items() if act.notice
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        headers = Headers(scope["headers"])
        visit = Visit(
            method="GET" if scope["method"] == "HEAD" else scope["method"],
            path=path_of(scope).decode("latin-1"),
            query={},
            headers=headers,
            inbox=Inbox(receive),
            cookies=cookies_of(headers),
            origin=self._origins.of(scope, headers, self._request_id()),
        )
        try:
            answer = await self._answer(visit, scope)
        except ClientGone:
            return
        except Exception as error:
            self._journal.bug(error, visit.origin.request_id)
            text = f"Something broke on our side. Request id: {visit.origin.request_id}\n".encode()
            answer = Answer(500, (*PAGE_HEADERS[1:], (b"content-type", b"text/plain; charset=utf-8")), text)
        answer = answer.with_headers((b"request-id", visit.origin.request_id.encode()))
        self._log(visit, answer.status, started)
        if not visit.inbox.is_over and visit.method == "POST" and answer.status >= 400:
            answer = answer.with_headers((b"connection", b"close"))
        await send_answer(answer, send, bodiless=scope["method"] == "HEAD")

    async def _answer(self, visit: Visit, scope: Scope) -> Answer:
        if visit.path.startswith("/assets/"):
            compressed = "gzip" in visit.headers.lenient(b"accept-encoding")
            asset = self._render.assets.answer(visit.path, compressed=compressed)
            return asset if asset is not None else Answer(404, ((b"content-type", b"text/plain"),), b"No such file.\n")
        if visit.path == AUTHORIZE_PATH:  # judged by the core, which tells doubled parameters apart
            visit.raw_query = scope["query_string"].decode("ascii", "replace")
        elsewhere = self._elsewhere(visit)
        if elsewhere is not None:
            return elsewhere
        try:
            await self._works.read(lambda work: self._look(work, visit))
            if not visit.raw_query:
                visit.query = read_query(scope["query_string"])
            found = self._matcher.match(visit.method, visit.path.encode("latin-1"))
            if found is None:
                raise Unknown
            if isinstance(found, WrongMethod):
                allow = (b"allow", ", ".join(found.allowed).encode())
                return Answer(405, (*PAGE_HEADERS, allow), b"")
            return await self._serve(visit, found)
        except _NeedsLogin:
            onward = safe_path(visit.path) if visit.method == "GET" else None
            return self._render.go(visit, f"/login?next={onward}" if onward else "/login")
        except _NeedsProof:
            return self._render.go(visit, f"/prove?next={safe_path(visit.path) or '/'}")
        except Problem as problem:
            return self._render.problem(visit, problem)

    async def _serve(self, visit: Visit, found: Found[Page | str]) -> Answer:
        target, path = found
        if isinstance(target, str):
            visit.name = target
            return await self._serve_door(visit, target, path)
        visit.name = target.name
        if visit.method == "GET":
            return await self._show(visit, target, Form(path=path, query=visit.query))
        return await self._act(visit, target, path)

    async def _serve_door(self, visit: Visit, door: str, path: Mapping[str, str]) -> Answer:
        doors = self._doors
        if visit.method == "GET":
            form = Form(path=path, query=visit.query)
            shown: dict[str, Callable[[], Any]] = {
                "/": lambda: doors.home(visit),
                "/setup/{token}": lambda: doors.show_setup(visit, form),
                "/welcome": lambda: doors.welcome(visit),
                "/login": lambda: doors.show_login(visit, form),
                "/login/second": lambda: doors.second.show(visit, form),
                "/login/passkey": lambda: doors.show_login(visit, form),
                "/prove": lambda: doors.show_proof(visit, form),
                "/logout": lambda: doors.home(visit),
                "/password/{token}": lambda: doors.show_choice(visit, form),
                "/reset": lambda: doors.show_reset(visit),
                "/invitation/{key}": lambda: doors.show_invitation(visit, form),
                AUTHORIZE_PATH: lambda: self._consent.show(visit, visit.raw_query),
                DEVICE_PATH: lambda: self._devices.show(visit, form),
            }
            answer: Answer = await shown[door]()
            return answer
        check_origin(visit.headers, self._public_url)
        form = await read_posted(visit.headers, visit.inbox, path, visit.query)
        check_token(form.text("csrf"), expected_token(visit, self._cookies))
        done: dict[str, Callable[[], Any]] = {
            "/setup/{token}": lambda: doors.set_up(visit, form),
            "/login": lambda: doors.log_in(visit, form),
            "/login/second": lambda: doors.second.judge(visit, form),
            "/login/passkey": lambda: doors.second.by_passkey_alone(visit, form),
            "/prove": lambda: doors.prove(visit, form),
            "/logout": lambda: doors.log_out(visit, form),
            "/password/{token}": lambda: doors.choose(visit, form),
            "/reset": lambda: doors.reset(visit, form),
            "/invitation/{key}": lambda: doors.take_up(visit, form),
            AUTHORIZE_PATH: lambda: self._consent.decide(visit, form),
            DEVICE_PATH: lambda: self._devices.answer(visit, form),
            "/preferences": lambda: doors.prefer(visit, form),
        }
        answered: Answer = await done[door]()
        return answered

    async def _show(
        self,
        visit: Visit,
        page: Page,
        form: Form,
        *,
        status: int = 200,
        problem: Problem | None = None,
        typed: Form | None = None,
    ) -> Answer:
        command = page.reads(form)

        def see(work: Work) -> object:
            seat = self._seated(work, visit)
            if page.fresh and not is_fresh(seat.session, work.now):
                raise _NeedsProof
            page.right.check(seat.caller, command, work)
            return page.show(work, seat.caller, command)

        view = await self._works.read(see, long=page.is_long)
        if isinstance(view, Sheet):
            return self._render.sheet(visit, view)
        return self._render.page(
            visit,
            page.template,
            view,
            status=status,
            form=typed.kept() if typed else None,
            errors=self._render.errors(visit, problem) if problem else None,
            alert=self._render.sentence(visit, problem) if problem else None,
            notice=self._notices.get(visit.query.get("done", "")),
        )

    async def _act(self, visit: Visit, page: Page, path: Mapping[str, str]) -> Answer:
        check_origin(visit.headers, self._public_url)
        if visit.seat is None:
            raise _NeedsLogin
        form = await read_posted(visit.headers, visit.inbox, path, visit.query)
        check_token(form.text("csrf"), expected_token(visit, self._cookies))
        name = form.text("act") or next(iter(page.acts))
        act = page.acts.get(name)
        if act is None:
            raise Unknown
        if form.flag("more"):  # asks for more rows to fill, not to be judged yet
            return await self._show(visit, page, Form(path=path, query=visit.query), typed=form)
        try:
            value = await self._perform(visit, page, act, form)
        except ShownAlready:
            return self._render.page(visit, "already_shown.html", {"path": visit.path}, status=409)
        except (Invalid, Conflict) as problem:
            shown = Form(path=path, query=visit.query)
            status = 422 if isinstance(problem, Invalid) else 409
            return await self._show(visit, page, shown, status=status, problem=problem, typed=form)
        if act.shows is not None:
            return self._render.page(visit, act.shows, value)
        onward = act.then(value) if callable(act.then) else act.then or page.path
        return self._render.go(visit, onward.format_map({**path, "done": f"{page.name}.{name}"}))

    async def _perform(self, visit: Visit, page: Page, act: Act, form: Form) -> object:
        shown = page.reads(form)

        def judge(work: Work, command: object | None = None) -> Seat:
            seat = self._seated(work, visit)
            if (act.fresh or page.fresh) and not is_fresh(seat.session, work.now):
                raise _NeedsProof
            page.right.check(seat.caller, shown if command is None else command, work)
            return seat

        def admit(work: Work) -> Any:  # a command, of the act's kind
            seat = judge(work)
            if act.shows is not None:
                check_unspent(work, form.text("once"))
            command = act.reads(form)
            return act.admit(work, seat.caller, command) if act.admit else command

        command = await self._works.read(admit)
        if act.prepare is not None:
            loop = asyncio.get_running_loop()
            command = await loop.run_in_executor(self._pool, act.prepare, self._workshop, command)

        def finish(work: Work) -> object:
            work.origin = visit.origin
            seat = judge(work)
            if act.shows is not None:
                spend(work, form.text("once"))
            return act.call(work, seat.caller, command)

        value = await self._works.write(finish)
        if isinstance(value, Problem):
            raise value
        return value

    def _seated(self, work: Work, visit: Visit) -> Seat:
        seat = seat_of(work, visit.cookies.get(self._cookies.session), visit.origin.address)
        if seat is None:
            visit.seat = None
            raise _NeedsLogin
        return seat

    def _look(self, work: Work, visit: Visit) -> None:
        visit.platform_name, visit.platform_language = look_around(work)
        visit.seat = seat_of(work, visit.cookies.get(self._cookies.session), visit.origin.address)
        if visit.seat is not None:
            self._works.note(SessionSeen(visit.seat.session.id))
        else:
            visit.is_set_up = is_set_up(work)

    def _elsewhere(self, visit: Visit) -> Answer | None:
        """A page asked for under another name of this machine is sent to the public address."""
        host = visit.headers.lenient(b"host")
        if visit.method != "GET" or host == self._public_url.partition("://")[2]:
            return None
        query = f"?{visit.raw_query}" if visit.raw_query else ""
        return Answer(303, ((b"location", f"{self._public_url}{visit.path}{query}".encode("latin-1")),))

    def _log(self, visit: Visit, status: int, started: float) -> None:
        self._journal.record(
            Line(
                at=self._journal.moment(),
                event="page",
                operation=f"{visit.method} {visit.name}",
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 2),
                principal=visit.seat.caller.principal if visit.seat else 0,
                request_id=visit.origin.request_id,
            )
        )
