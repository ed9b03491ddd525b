"""What comes between a right password and a session: the second factor, by a code or by a passkey; or a passkey alone.

An unfinished login is a ticket and a cookie, and nothing else: it opens this one page. Source: security.md 6.3, 6.5,
AU-11; decision 0021.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from jeton.console.sessions import Cookies, Entry, enter, is_authorization, safe_path
from jeton.console.visit import Renderer, Visit
from jeton.kernel.access import OutsidePolicy, check_access
from jeton.kernel.browsers import right_password
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.factors import (
    TRUST_LIVES,
    WRONG_CODE,
    WRONG_PASSKEY,
    BadFactor,
    Passkey,
    Totp,
    passkey_subject,
    read_code,
    read_shown,
    request_options,
)
from jeton.kernel.guesses import address_key, factor_key
from jeton.kernel.notes import LoginRefused
from jeton.kernel.people import User
from jeton.kernel.ports import Work, Works, Workshop
from jeton.kernel.problems import Problem, TooMany
from jeton.kernel.proving import (
    begin_login,
    has_second,
    is_trusted,
    issue_challenge,
    opened_seed,
    person_of_login,
    spend_challenge,
    spend_login,
    spend_recovery_code,
    trust_browser,
)
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kit.clock import SECOND
from jeton.web.answers import Answer
from jeton.web.forms import Form

T = TypeVar("T")

_PATH = "/login/second"


class _LoginOver(Problem):
    """The unfinished login is spent, void or too old: what was done with it is undone."""


class _Asked(NamedTuple):
    """Who is asked for a second factor, and for which."""

    user: User
    totp: Totp | None
    seed: str | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def view(self) -> dict[str, Any]:
        """What the page shows."""
        has_totp = self.totp is not None and self.totp.confirmed_at is not None
        return {"login": self.user.login, "totp": has_totp, "passkeys": len(self.passkeys), "codes": self.codes_left}


class SecondStep:
    """The doors below /login."""

    __slots__ = ("_cookies", "_in_pool", "_render", "_works", "_workshop")

    def __init__(
        self,
        render: Renderer,
        cookies: Cookies,
        works: Works,
        workshop: Workshop,
        in_pool: Callable[..., Awaitable[Any]],
    ) -> None:
        """`in_pool` runs what is slow, so many at a time, and hands through what it gives."""
        self._render = render
        self._cookies = cookies
        self._works = works
        self._workshop = workshop
        self._in_pool = in_pool

    async def after_password(self, visit: Visit, form: Form, user: User) -> Answer:
        """A session, or the page that asks for the second factor. Raises OutsidePolicy."""

        def begin(work: Work) -> str | Entry:
            work.origin = visit.origin
            check_access(work, user.id, visit.origin.address)
            right_password(work, user, visit.cookies.get(self._cookies.browser))
            trusted = is_trusted(work, user, visit.cookies.get(self._cookies.trust))
            if has_second(work, user.id) and not trusted:
                return begin_login(work, user)
            return self._sign_in(work, visit, user)

        begun = await self._written(visit, user, begin)
        onward = safe_path(form.text("next")) or "/"
        if isinstance(begun, Entry):
            return self._enter(visit, begun, onward)
        visit.extra_headers.append(self._cookies.set(self._cookies.login, begun))
        return self._render.go(visit, f"{_PATH}?next={quote(onward, safe='/')}")

    async def show(self, visit: Visit, form: Form) -> Answer:
        """The page that asks. Who has no unfinished login begins at the password."""
        onward = safe_path(form.query.get("next", "")) or ""
        if visit.seat is not None:
            return self._render.go(visit, onward or "/")
        asked = await self._works.read(lambda work: self._asked(work, visit))
        if asked is None:
            return self._over(visit, onward)
        return self._render.page(visit, "second.html", asked.view, form={"next": onward})

    async def judge(self, visit: Visit, form: Form) -> Answer:
        """A code, a recovery code or a passkey, and then a session. Raises TooMany, Busy, OutsidePolicy."""
        onward = safe_path(form.text("next")) or "/"
        asked = await self._works.read(lambda work: self._asked(work, visit))
        if asked is None:
            return self._over(visit, onward)
        subject = passkey_subject("second", asked.user.id)
        if form.text("act") == "passkey":
            return await self._challenged(visit, subject, asked.passkeys, onward)
        try:
            if form.text("response"):
                entry = await self._by_passkey(visit, form.text("response"), subject, asked)
            else:
                entry = await self._by_code(visit, form, asked)
        except BadFactor as refused:
            self._works.note(LoginRefused(asked.user, visit.origin))
            alert = self._render.say(visit, refused.errors[0].sentence)
            return self._render.page(visit, "second.html", asked.view, status=422, form={"next": onward}, alert=alert)
        except _LoginOver:
            return self._over(visit, onward)
        return self._enter(visit, entry, onward)

    async def by_passkey_alone(self, visit: Visit, form: Form) -> Answer:
        """Sign in by a passkey whose device knew its person; no password is asked. Raises OutsidePolicy, Busy."""
        onward = safe_path(form.text("next")) or "/"
        subject = passkey_subject("first")
        if not form.text("response"):
            return await self._challenged(visit, subject, (), onward)
        try:
            entry = await self._by_passkey(visit, form.text("response"), subject, None)
        except BadFactor as refused:
            alert = self._render.say(visit, refused.errors[0].sentence)
            return self._render.page(visit, "login.html", status=422, form={"next": onward}, alert=alert)
        return self._enter(visit, entry, onward)

    # The two ways -----------------------------------------------------------------------------------------------

    async def _by_code(self, visit: Visit, form: Form, asked: _Asked) -> Entry:
        """Raises BadFactor, TooMany, _LoginOver. A try is counted before it is looked at, as a password is."""
        user = asked.user
        keys = (factor_key(user.login), address_key(visit.origin.address))

        def count(work: Work) -> tuple[int, int]:
            wait_s = work.guesses.wait_s(keys, work.now)
            if not wait_s:
                work.guesses.missed(keys, work.now)
            return wait_s, work.now

        wait_s, now = await self._works.write(count)
        if wait_s:
            raise TooMany(retry_after_s=wait_s)
        code, recovery = read_code(form.text("code")), form.text("recovery")
        step = None
        if code is not None and asked.seed is not None:
            step = await self._in_pool(self._workshop.totp_step, asked.seed, code, now)

        def finish(work: Work) -> tuple[Entry, str]:
            work.origin = visit.origin
            totp = asked.totp
            if step is not None and totp is not None:
                is_right = work.factors.take_step(user.id, totp.sealed, step)
            else:
                is_right = bool(recovery) and spend_recovery_code(work, _caller(user), user, recovery)
            if not is_right:
                raise BadFactor(WRONG_CODE)
            trust = trust_browser(work, user) if form.flag("trust") else ""
            return self._finished(work, visit, user), trust

        entry, trust = await self._written(visit, user, finish)
        if trust:
            age_s = TRUST_LIVES // SECOND
            visit.extra_headers.append(self._cookies.set(self._cookies.trust, trust, max_age_s=age_s))
        return entry

    async def _by_passkey(self, visit: Visit, response: str, subject: str, asked: _Asked | None) -> Entry:
        """Raises BadFactor, _LoginOver."""
        shown = read_shown(response)
        found = await self._works.read(lambda work: work.factors.find_passkey(shown.credential) if shown else None)
        if shown is None or found is None or (asked is not None and found.user != asked.user.id):
            raise BadFactor(WRONG_PASSKEY)
        count = await self._in_pool(self._verified, found, response, shown.challenge, asked is None)

        def finish(work: Work) -> Entry:
            work.origin = visit.origin
            user = work.people.find(found.user)
            is_good = spend_challenge(work, shown.challenge, subject)
            if not is_good or user is None or not user.may_act(work.now):
                raise BadFactor(WRONG_PASSKEY)
            if not work.factors.passkey_used(found, count, work.now):
                raise BadFactor(WRONG_PASSKEY)
            return self._sign_in(work, visit, user) if asked is None else self._finished(work, visit, user)

        return await self._written(visit, None if asked is None else asked.user, finish)

    def _verified(self, passkey: Passkey, response: str, challenge: str, is_alone: bool) -> int:  # noqa: FBT001 - handed through the pool
        return self._workshop.passkey_count(passkey, response, challenge, is_alone=is_alone)

    async def _challenged(self, visit: Visit, subject: str, held: tuple[Passkey, ...], onward: str) -> Answer:
        challenge = await self._works.write(lambda work: issue_challenge(work, subject))
        options = request_options(challenge, held, is_alone=not held)
        view = {"options": options, "path": visit.path}
        return self._render.page(visit, "passkey.html", view, form={"next": onward})

    # What they share --------------------------------------------------------------------------------------------

    def _asked(self, work: Work, visit: Visit) -> _Asked | None:
        user = person_of_login(work, visit.cookies.get(self._cookies.login))
        if user is None:
            return None
        totp = work.factors.totp(user.id)
        passkeys = tuple(work.factors.passkeys(user.id))
        return _Asked(user, totp, opened_seed(work, user.id, totp), passkeys, work.factors.codes_left(user.id))

    def _finished(self, work: Work, visit: Visit, user: User) -> Entry:
        """Spend the unfinished login, and sign in. Raises _LoginOver: then nothing else was spent either."""
        if not spend_login(work, visit.cookies[self._cookies.login]):
            raise _LoginOver
        work.guesses.forget(factor_key(user.login))
        return self._sign_in(work, visit, user)

    def _sign_in(self, work: Work, visit: Visit, user: User) -> Entry:
        check_access(work, user.id, visit.origin.address)
        work.audit.record(_caller(user), "login", str(user.id))
        return enter(work, user, visit.headers, visit.cookies.get(self._cookies.browser))

    async def _written(self, visit: Visit, user: User | None, use: Callable[[Work], T]) -> T:
        try:
            return await self._works.write(use)
        except OutsidePolicy:
            if user is not None:
                self._works.note(LoginRefused(user, visit.origin))
            raise

    def _enter(self, visit: Visit, entry: Entry, onward: str) -> Answer:
        cookies = self._cookies
        visit.extra_headers += [*cookies.entered(entry), cookies.drop(cookies.form)]
        if cookies.login in visit.cookies:
            visit.extra_headers.append(cookies.drop(cookies.login))
        if is_authorization(onward):  # it may lead to a callback at once, which `form-action` would hold back
            return self._render.onward(visit, onward, visit.platform_name)
        return self._render.go(visit, onward)

    def _over(self, visit: Visit, onward: str) -> Answer:
        return self._render.go(visit, f"/login?next={quote(onward, safe='/')}" if onward else "/login")


def _caller(user: User) -> Caller:
    return Caller(CallerKind.PERSON, user.id, user.full_name, user.is_administrator, ALL_SCOPES)
