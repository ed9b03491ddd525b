"""Who sits at the browser: login sessions by cookie, and the proofs that a form came from one of our own pages.

Source: security.md 7.1 to 7.5, 3.3, 3.5, CO-06 to CO-09; decisions.md, "Running it" (cookies).
"""

import re
from hmac import compare_digest
from typing import Final, NamedTuple

from jeton.kernel.access import permits
from jeton.kernel.browsers import KNOWN_LIVES, know_browser
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.people import User
from jeton.kernel.ports import LoginSession, Work
from jeton.kernel.problems import Forbidden
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kernel.sessions import FRESH, is_over
from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import SESSION, digest, new_token, parse_token
from jeton.kit.text import sentence
from jeton.web.answers import Header
from jeton.web.requests import Headers, read_cookies

_DEVICE = re.compile(r"/device\?user_code=[A-Za-z-]{1,16}")
_SAFE_PATH = re.compile(r"/(?:[A-Za-z0-9_.~-]+/?)*")
_AUTHORIZATION = re.compile(r"/oauth2/authorize\?[A-Za-z0-9_.~%&=+:/?@!$'()*,;-]*")
_LONGEST_AGENT: Final = 200


class ForgedForm(Forbidden):
    """A form that did not come from one of our pages, or whose session ended meanwhile."""

    code = "forged_form"
    sentence = sentence("This form is no longer valid. Go back, load the page again and send it once more.")


class Seat(NamedTuple):
    """A person at a browser: the caller they are, and their session."""

    caller: Caller
    session: LoginSession
    user: User


class Entry(NamedTuple):
    """What a browser is given where somebody signs in: a session, and what it is known by the next time."""

    session: str
    browser: str


class Cookies:
    """The names and attributes of our cookies: `__Host-` and Secure as soon as the platform is reached by https."""

    __slots__ = ("_secure", "browser", "form", "login", "session", "trust")

    def __init__(self, public_url: str) -> None:
        self._secure = public_url.startswith("https://")
        prefix = "__Host-" if self._secure else ""
        self.session = f"{prefix}jeton"
        self.browser = f"{prefix}jeton-browser"
        self.form = f"{prefix}jeton-form"
        self.login = f"{prefix}jeton-login"
        self.trust = f"{prefix}jeton-trust"

    def set(self, name: str, value: str, *, max_age_s: int | None = None, readable: bool = False) -> Header:
        """A Set-Cookie header. Without an age it goes with the browser."""
        parts = [f"{name}={value}", "Path=/", "SameSite=Lax"]
        parts += [] if readable else ["HttpOnly"]
        parts += ["Secure"] if self._secure else []
        parts += [] if max_age_s is None else [f"Max-Age={max_age_s}"]
        return (b"set-cookie", "; ".join(parts).encode())

    def entered(self, entry: Entry) -> list[Header]:
        """The cookies of somebody who signed in."""
        known = self.set(self.browser, entry.browser, max_age_s=KNOWN_LIVES // SECOND)
        return [self.set(self.session, entry.session), known]

    def drop(self, name: str) -> Header:
        """A Set-Cookie header that forgets a cookie."""
        return self.set(name, "", max_age_s=0)


def cookies_of(headers: Headers) -> dict[str, str]:
    """The request's cookies."""
    return read_cookies(headers.lenient(b"cookie"))


def seat_of(work: Work, cookie: str | None, address: str) -> Seat | None:
    """Who a session cookie stands for; None when it stands for nobody (any more), or not today, or not from there."""
    parsed = parse_token(cookie) if cookie else None
    if cookie is None or parsed is None or parsed.prefix != SESSION or parsed.number is None:
        return None
    session = work.login_sessions.find(parsed.number)
    if session is None or not compare_digest(session.digest, digest(cookie)):
        return None
    if is_over(session, work.now):
        return None
    user = work.people.find(session.user)
    if user is None or not user.may_act(work.now):
        return None
    if not permits(work.access.over(user.id), work.now, address):
        return None
    caller = Caller(
        CallerKind.PERSON,
        user.id,
        user.full_name,
        user.is_administrator,
        ALL_SCOPES,
        language=user.language,
        login_session=session.id,
    )
    return Seat(caller, session, user)


def enter(work: Work, user: User, headers: Headers, browser: str | None) -> Entry:
    """Begin a session for who signed in, at a browser that shows `browser`, and know it from now on."""
    return Entry(begin_session(work, user, headers.lenient(b"user-agent")), know_browser(work, user, browser))


def begin_session(work: Work, user: User, user_agent: str) -> str:
    """A new login session; the cookie's value, which is kept as a digest only."""
    number = work.mint.number(work.now)
    value = new_token(SESSION, work.mint, number)
    work.login_sessions.add(
        LoginSession(
            id=number,
            user=user.id,
            digest=digest(value),
            csrf=work.mint.bytes(18).hex(),
            started_at=work.now,
            seen_at=work.now,
            proved_at=work.now,
            user_agent=user_agent[:_LONGEST_AGENT],
        )
    )
    return value


def is_fresh(session: LoginSession, now: Instant) -> bool:
    """Whether the password was shown within the last 15 minutes."""
    return now < session.proved_at + FRESH


def check_origin(headers: Headers, public_url: str) -> None:
    """Refuse what another site sends through somebody's browser. Raises ForgedForm."""
    origin = headers.get(b"origin")
    site = headers.lenient(b"sec-fetch-site")
    if site in {"cross-site", "same-site"}:
        raise ForgedForm
    # Pages that send no referrer post with the origin "null": then the browser's word, or the form's token, decides.
    if origin not in {None, "null", public_url} or (origin == "null" and site not in {"", "same-origin"}):
        raise ForgedForm


def check_token(shown: str, expected: str | None) -> None:
    """Refuse a form without its page's token. Raises ForgedForm."""
    if not expected or not compare_digest(shown.encode(), expected.encode()):
        raise ForgedForm


def safe_path(path: str) -> str | None:
    """A path of our own site, or None: never another place (security.md CO-09)."""
    if len(path) <= 300 and _SAFE_PATH.fullmatch(path):
        return path
    return path if is_authorization(path) or _DEVICE.fullmatch(path) else None


def is_authorization(path: str) -> bool:
    """Whether a path leads back to what an application asked."""
    return len(path) <= 8300 and _AUTHORIZATION.fullmatch(path) is not None
