"""The console's doors that no page declares: set-up, login, a fresh proof, logout, a first password, preferences.

Source: decisions.md, "Set-up link", "First password without mail"; ux.md 2.6; security.md AU, CO.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from jeton.console.second import SecondStep
from jeton.console.sessions import Cookies, Entry, enter, is_authorization, safe_path, seat_of
from jeton.console.visit import THEMES, Renderer, Visit
from jeton.kernel.accounts import (
    LONGEST_IDENTIFIER,
    BadAccount,
    LinkOver,
    NewAccount,
    account_faults,
    ask_reset,
    choose_password,
    hash_chosen_password,
    is_set_up,
    person_of_link,
    set_up,
)
from jeton.kernel.applications import Application
from jeton.kernel.browsers import count_try, right_password
from jeton.kernel.ids import ClientId
from jeton.kernel.invitations import InvitationOver
from jeton.kernel.inviting import join, opened, take_up
from jeton.kernel.notes import LoginRefused
from jeton.kernel.passwords import LONGEST_PASSWORD_BYTES, password_bytes
from jeton.kernel.people import User
from jeton.kernel.ports import Work, Works, Workshop
from jeton.kernel.problems import Busy, FieldError, TooMany
from jeton.kit.mint import SETUP_LINK, digest, parse_token
from jeton.kit.text import sentence
from jeton.web.answers import Answer
from jeton.web.forms import Form
from jeton.web.languages import LANGUAGES
from jeton.web.requests import read_pairs

DOORS: Final = (
    "/",
    "/setup/{token}",
    "/welcome",
    "/login",
    "/login/second",
    "/login/passkey",
    "/prove",
    "/logout",
    "/password/{token}",
    "/reset",
    "/invitation/{key}",
    "/preferences",
)
WRONG_LOGIN: Final = sentence("Wrong identifier or password.")
PASSWORD_CHOSEN: Final = sentence("Your password is set. You can sign in.")
_YEAR_S: Final = 31_536_000
_MOST_LOGINS_AT_ONCE: Final = 16


class Doors:
    """What stands at these paths. Answers pages; raises the kernel's problems."""

    __slots__ = ("_at_once", "_cookies", "_pool", "_render", "_works", "_workshop", "second")

    def __init__(
        self, render: Renderer, cookies: Cookies, works: Works, workshop: Workshop, pool: ThreadPoolExecutor
    ) -> None:
        self._render = render
        self._cookies = cookies
        self._works = works
        self._workshop = workshop
        self._pool = pool
        self._at_once = 0
        self.second = SecondStep(render, cookies, works, workshop, self._in_pool)

    async def home(self, visit: Visit) -> Answer:
        """To set-up, login or the console."""
        if not visit.is_set_up:
            return self._render.page(visit, "setup_needed.html", status=503)
        if visit.seat is None:
            return self._render.go(visit, "/login")
        return self._render.go(visit, "/admin/applications" if visit.seat.caller.is_administrator else "/files")

    # Set-up -----------------------------------------------------------------------------------------------------

    async def show_setup(self, visit: Visit, form: Form) -> Answer:
        """The page behind the set-up link. Looking at it changes nothing. Raises LinkOver."""
        await self._works.read(lambda work: _check_setup(work, form.path["token"]))
        return self._render.page(visit, "setup.html", form={"language": visit.language})

    async def set_up(self, visit: Visit, form: Form) -> Answer:
        """Make the first administrator, and log them in. Raises LinkOver, AlreadySetUp."""
        token = form.path["token"]
        await self._works.read(lambda work: _check_setup(work, token))
        language = form.text("language") if form.text("language") in LANGUAGES else "en"
        account = NewAccount(login=form.text("login"), email=form.text("email"), language="auto", is_administrator=True)
        try:
            faults = await self._works.read(lambda work: _setup_faults(work, form, account))
            if faults:
                raise BadAccount(*faults)
            complete = await self._hashed(account, form)
        except BadAccount as problem:
            return self._again(visit, "setup.html", form, problem)

        def make(work: Work) -> Entry:
            work.origin = visit.origin
            user = set_up(work, complete, name=form.text("name"), language=language, token=token)
            return enter(work, user, visit.headers, self._browser(visit))

        visit.extra_headers += self._cookies.entered(await self._works.write(make))
        visit.extra_headers.append(self._cookies.set("lang", language, max_age_s=_YEAR_S, readable=True))
        return self._render.go(visit, "/welcome")

    async def welcome(self, visit: Visit) -> Answer:
        """The first-run page: three steps that end in a working call."""
        if visit.seat is None:
            return self._render.go(visit, "/login?next=/welcome")
        return self._render.page(visit, "welcome.html")

    # Login ------------------------------------------------------------------------------------------------------

    async def show_login(self, visit: Visit, form: Form) -> Answer:
        """The login page; who is logged in is sent on."""
        onward = safe_path(form.query.get("next", "")) or ""
        if visit.seat is not None:
            return self._render.go(visit, onward or "/")
        if not visit.is_set_up:
            return self._render.go(visit, "/")
        notice = PASSWORD_CHOSEN if "chosen" in form.query else None
        view = await self._on_the_way(onward)
        return self._render.page(visit, "login.html", view, form={"next": onward}, notice=notice)

    async def log_in(self, visit: Visit, form: Form) -> Answer:
        """Judge a password, and begin a session or ask for the second factor. Raises TooMany, Busy, OutsidePolicy."""
        identifier = form.text("login")[:LONGEST_IDENTIFIER]
        user, matches = await self._judge(visit, identifier, form.typed("password"))
        if user is None or not matches:
            if user is not None:
                self._works.note(LoginRefused(user, visit.origin))
            return self._wrong(visit, form, "login.html", await self._on_the_way(form.text("next")))
        return await self.second.after_password(visit, form, user)

    async def _on_the_way(self, onward: str) -> Application | None:
        """The application that sent somebody here to sign in."""
        if not is_authorization(onward):
            return None
        query = onward.partition("?")[2].encode()
        client_id = dict(read_pairs(query)).get("client_id", "")
        return await self._works.read(lambda work: work.applications.find(ClientId(client_id)))

    async def show_proof(self, visit: Visit, form: Form) -> Answer:
        """Ask for the password once more, on the way to something sensitive."""
        onward = safe_path(form.query.get("next", "")) or "/"
        if visit.seat is None:
            return self._render.go(visit, f"/login?next={onward}")
        return self._render.page(visit, "prove.html", {"login": visit.seat.user.login}, form={"next": onward})

    async def prove(self, visit: Visit, form: Form) -> Answer:
        """Judge the password of who is logged in. Raises TooMany, Busy."""
        seat = visit.seat
        if seat is None:
            return self._render.go(visit, "/login")
        user, matches = await self._judge(visit, seat.user.login, form.typed("password"))
        if user is None or not matches:
            return self._wrong(visit, form, "prove.html", {"login": seat.user.login})

        def keep(work: Work) -> None:
            right_password(work, seat.user, self._browser(visit))
            work.login_sessions.proved(seat.session.id, work.now)

        await self._works.write(keep)
        return self._render.go(visit, safe_path(form.text("next")) or "/")

    async def log_out(self, visit: Visit, form: Form) -> Answer:
        """End the session, at the server; another account may then sign in where this one was asked something."""
        seat = visit.seat
        if seat is not None:

            def end(work: Work) -> None:
                work.origin = visit.origin
                work.login_sessions.end(seat.session.id)
                work.audit.record(seat.caller, "logout", str(seat.user.id))

            await self._works.write(end)
        visit.extra_headers.append(self._cookies.drop(self._cookies.session))
        onward = safe_path(form.text("next"))
        return self._render.go(visit, f"/login?next={quote(onward, safe='')}" if onward else "/login")

    # A first password -------------------------------------------------------------------------------------------

    async def show_choice(self, visit: Visit, form: Form) -> Answer:
        """The page behind a password link. Raises LinkOver."""
        user = await self._works.read(lambda work: person_of_link(work, form.path["token"]))
        return self._render.page(visit, "choose_password.html", {"login": user.login})

    async def choose(self, visit: Visit, form: Form) -> Answer:
        """Keep the chosen password; the link is spent. Raises LinkOver."""
        token = form.path["token"]
        user = await self._works.read(lambda work: person_of_link(work, token))
        try:
            chosen = (await self._hashed(NewAccount(login=user.login, email=user.email), form)).password_hash
        except BadAccount as problem:
            return self._again(visit, "choose_password.html", form, problem, {"login": user.login})

        def keep(work: Work) -> None:
            work.origin = visit.origin
            choose_password(work, token, chosen)

        await self._works.write(keep)
        return self._render.go(visit, "/login?chosen=1")

    async def show_reset(self, visit: Visit) -> Answer:
        """Where a forgotten password is told."""
        can_mail = await self._works.read(lambda work: work.mail.is_configured)
        return self._render.page(visit, "reset.html", {"can_mail": can_mail, "is_sent": False})

    async def reset(self, visit: Visit, form: Form) -> Answer:
        """Mail a link for a new password; the page is the same whoever was asked for. Raises TooMany, NoMailServer."""
        identifier = form.text("login")[:LONGEST_IDENTIFIER]

        def ask(work: Work) -> TooMany | None:
            work.origin = visit.origin
            return ask_reset(work, identifier, visit.origin.address)

        refusal = await self._works.write(ask)
        if refusal is not None:
            raise refusal
        return self._render.page(visit, "reset.html", {"can_mail": True, "is_sent": True})

    # An invitation ----------------------------------------------------------------------------------------------

    async def show_invitation(self, visit: Visit, form: Form) -> Answer:
        """The page behind an invitation's link. Looking at it changes nothing. Raises InvitationOver."""
        return self._render.page(visit, "invitation.html", await self._invited(visit, form))

    async def take_up(self, visit: Visit, form: Form) -> Answer:
        """Make the invited person's account and log them in, or let them in as who they are. Raises InvitationOver."""
        key, view = form.path["key"], await self._invited(visit, form)
        if view["known"]:
            if not view["is_known_here"]:
                return self._render.page(visit, "invitation.html", view)

            def let_in(work: Work) -> None:
                work.origin = visit.origin
                now = seat_of(work, visit.cookies.get(self._cookies.session), visit.origin.address)
                if now is None:
                    raise InvitationOver
                join(work, key, now.user)

            await self._works.write(let_in)
            return self._render.go(visit, "/account")
        account = NewAccount(
            login=form.text("login"),
            email=view["email"],
            firstname=form.text("firstname"),
            lastname=form.text("lastname"),
        )
        try:
            faults = await self._works.read(lambda work: account_faults(work, account))
            if faults:
                raise BadAccount(*faults)
            complete = await self._hashed(account, form)
        except BadAccount as problem:
            return self._again(visit, "invitation.html", form, problem, view)

        def make(work: Work) -> Entry:
            work.origin = visit.origin
            return enter(work, take_up(work, key, complete), visit.headers, self._browser(visit))

        visit.extra_headers += self._cookies.entered(await self._works.write(make))
        return self._render.go(visit, "/account")

    async def _invited(self, visit: Visit, form: Form) -> dict[str, Any]:
        key = form.path["key"]
        invitation, folder, _, known = await self._works.read(lambda work: opened(work, key))
        return {
            "key": key,
            "source": invitation.source_name,
            "folder": folder.name,
            "email": invitation.email,
            "known": known.login if known else "",
            "is_known_here": known is not None and visit.seat is not None and visit.seat.user.id == known.id,
        }

    # Preferences ------------------------------------------------------------------------------------------------

    async def prefer(self, visit: Visit, form: Form) -> Answer:
        """Keep a theme or a language in a cookie, and go back."""
        for name, known in (("theme", THEMES), ("lang", LANGUAGES)):
            if form.text(name) in known:
                visit.extra_headers.append(self._cookies.set(name, form.text(name), max_age_s=_YEAR_S, readable=True))
        return self._render.go(visit, safe_path(form.text("back")) or "/")

    # What they share --------------------------------------------------------------------------------------------

    async def _judge(self, visit: Visit, identifier: str, password: str) -> tuple[User | None, bool]:
        """Whose password this is, at the same cost for who does not exist.

        A miss is counted before the password is looked at, so that tries that run beside each other all count.
        """
        if len(password_bytes(password)) > LONGEST_PASSWORD_BYTES:
            return None, False
        user, usable = await self._works.read(lambda work: _found(work, identifier))
        browser, address = self._browser(visit), visit.origin.address
        wait_s = await self._works.write(lambda work: count_try(work, user, identifier, browser, address))
        if wait_s:
            raise TooMany(retry_after_s=wait_s)
        kept = user.password_hash if user is not None and usable else ""
        return user, await self._in_pool(self._workshop.verify_password, kept, password) and usable

    def _browser(self, visit: Visit) -> str | None:
        """What the browser shows of itself, if somebody signed in there before."""
        return visit.cookies.get(self._cookies.browser)

    async def _hashed(self, account: NewAccount, form: Form) -> NewAccount:
        if form.typed("password") != form.typed("repeated"):
            text = sentence("The two passwords are not the same.")
            raise BadAccount(FieldError("repeated", "not_the_same", text))
        about = (account.login, account.email)
        chosen = await self._in_pool(hash_chosen_password, self._workshop, form.typed("password"), about)
        return replace(account, password_hash=chosen)

    async def _in_pool(self, work: Any, *arguments: Any) -> Any:  # hands through what the pool's function gives
        if self._at_once >= _MOST_LOGINS_AT_ONCE:
            raise Busy(retry_after_s=2)
        self._at_once += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        finally:
            self._at_once -= 1

    def _wrong(self, visit: Visit, form: Form, template: str, view: object = None) -> Answer:
        alert = self._render.say(visit, WRONG_LOGIN)
        return self._render.page(visit, template, view, status=422, form=form.kept(), alert=alert)

    def _again(self, visit: Visit, template: str, form: Form, problem: BadAccount, view: object = None) -> Answer:
        errors = self._render.errors(visit, problem)
        return self._render.page(visit, template, view, status=422, form=form.kept(), errors=errors)


def _found(work: Work, identifier: str) -> tuple[User | None, bool]:
    """Who is meant, and whether they may sign in at all now."""
    user = work.people.find_by_identifier(identifier)
    return user, user is not None and user.may_act(work.now)


def _check_setup(work: Work, token: str) -> None:
    parsed = parse_token(token)
    if is_set_up(work) or parsed is None or parsed.prefix != SETUP_LINK:
        raise LinkOver
    if work.tickets.peek("setup", digest(token), work.now) is None:
        raise LinkOver


def _setup_faults(work: Work, form: Form, account: NewAccount) -> list[FieldError]:
    faults = account_faults(work, account)
    if not account.email:
        faults.append(FieldError("email", "missing", sentence("Give an e-mail address, such as name@example.org.")))
    if not 1 <= len(form.text("name")) <= 60:
        faults.append(FieldError("name", "missing", sentence("Give the platform a name of 1 to 60 characters.")))
    return faults
