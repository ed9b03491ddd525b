"""One request to the console, and what every page needs to be rendered: language, theme, who is there, form tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jeton.console.rendering import PAGE_HEADERS, Assets, Templates
from jeton.console.sessions import Cookies, Seat
from jeton.kernel.blobs import Sheet
from jeton.kernel.caller import Origin
from jeton.kernel.ports import Work
from jeton.kernel.problems import Problem
from jeton.kit.mint import Mint
from jeton.web.answers import Answer, Header
from jeton.web.languages import LANGUAGES, Catalogues, negotiate
from jeton.web.problems import faults_of, sentence_of, status_of
from jeton.web.requests import Headers, Inbox

THEMES: Final = ("auto", "light", "dark")


@dataclass(slots=True)
class Visit:
    """What is known of one request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Headers
    inbox: Inbox
    cookies: Mapping[str, str]
    origin: Origin
    raw_query: str = ""
    """As it came, where it is an application's request."""
    platform_name: str = "Jeton"
    platform_language: str = "en"
    is_set_up: bool = True
    seat: Seat | None = None
    name: str = "-"
    extra_headers: list[Header] = field(default_factory=list)

    @property
    def language(self) -> str:
        """Account, then cookie, then browser, then platform (ux.md 2.0)."""
        own = self.seat.user.language if self.seat else "auto"
        cookie = self.cookies.get("lang", "")
        if own in LANGUAGES:
            return own
        if cookie in LANGUAGES:
            return cookie
        return negotiate(self.headers.lenient(b"accept-language")) or self.platform_language

    @property
    def theme(self) -> str:
        """Light, dark, or as the system says."""
        theme = self.cookies.get("theme", "auto")
        return theme if theme in THEMES else "auto"


class Renderer:
    """Pages from templates, for a visit."""

    __slots__ = ("_catalogues", "_cookies", "_mint", "_templates", "assets", "public_url")

    def __init__(
        self,
        catalogues: Catalogues,
        mint: Mint,
        cookies: Cookies,
        public_url: str,
        template_packages: Sequence[str],
        shared: Mapping[str, Any],
    ) -> None:
        self.assets = Assets()
        self.public_url = public_url
        self._catalogues = catalogues
        self._cookies = cookies
        self._mint = mint
        shared = {**shared, "asset": self.assets.url, "public_url": public_url}
        self._templates = Templates(catalogues, template_packages, shared)

    def page(
        self,
        visit: Visit,
        template: str,
        view: object = None,
        *,
        status: int = 200,
        form: Mapping[str, Any] | None = None,
        errors: Mapping[str, str] | None = None,
        alert: str | None = None,
        notice: str | None = None,
        **more: Any,
    ) -> Answer:
        """A page: `form` and `errors` show again what was typed, `alert` says what failed, `notice` what was done."""
        context = {
            "view": view,
            "form": form or {},
            "errors": errors or {},
            "alert": alert,
            "notice": self._catalogues.say(visit.language, notice) if notice else None,
            "caller": visit.seat.caller if visit.seat else None,
            "csrf": self._form_token(visit),
            "once": self._mint.bytes(18).hex(),
            "theme": visit.theme,
            "path": visit.path,
            "query": visit.query,
            "platform_name": visit.platform_name,
            "request_id": visit.origin.request_id,
            **more,
        }
        body = self._templates.render(template, visit.language, context)
        return Answer(status, (*PAGE_HEADERS, *visit.extra_headers), body)

    def sheet(self, visit: Visit, sheet: Sheet) -> Answer:
        """A file to keep, whose name is ours and plain."""
        kept = (b"content-disposition", f'attachment; filename="{sheet.name}"'.encode("ascii"))
        kind = (b"content-type", sheet.media_type.encode("ascii"))
        return Answer(200, (*PAGE_HEADERS[1:], kind, kept, *visit.extra_headers), sheet.content)

    def problem(self, visit: Visit, problem: Problem) -> Answer:
        """A problem as a page of its own."""
        answer = self.page(
            visit,
            "error.html",
            {"status": status_of(problem), "code": problem.code, "sentence": self.sentence(visit, problem)},
            status=status_of(problem),
        )
        wait = problem.facts.get("retry_after_s")
        return answer.with_headers((b"retry-after", str(wait).encode())) if wait else answer

    def errors(self, visit: Visit, problem: Problem) -> dict[str, str]:
        """Field by field, what is wrong with a form; the first sentence of a field stands."""
        told: dict[str, str] = {}
        for fault in faults_of(problem, self._catalogues, visit.language):
            told.setdefault(fault.field, fault.detail)
        return told

    def say(self, visit: Visit, text: str) -> str:
        """A sentence in the visit's language."""
        return self._catalogues.say(visit.language, text)

    def sentence(self, visit: Visit, problem: Problem) -> str:
        """What a problem says."""
        return sentence_of(problem, self._catalogues, visit.language)

    def onward(self, visit: Visit, location: str, name: str) -> Answer:
        """A page that goes on by itself: what follows a post that `form-action` would hold back (ux.md 1.6)."""
        return self.page(visit, "onward.html", {"location": location.replace("'", "%27"), "name": name})

    def go(self, visit: Visit, path: str) -> Answer:
        """303 to one of our own pages."""
        return Answer(303, ((b"location", path.encode()), (b"cache-control", b"no-store"), *visit.extra_headers))

    def _form_token(self, visit: Visit) -> str:
        if visit.seat is not None:
            return visit.seat.session.csrf
        token = visit.cookies.get(self._cookies.form, "")
        if len(token) != 36 or not token.isalnum():
            token = self._mint.bytes(18).hex()
            visit.cookies = {**visit.cookies, self._cookies.form: token}
            visit.extra_headers.append(self._cookies.set(self._cookies.form, token))
        return token


def expected_token(visit: Visit, cookies: Cookies) -> str | None:
    """The form token that a post of this visit must carry."""
    return visit.seat.session.csrf if visit.seat else visit.cookies.get(cookies.form)


def look_around(work: Work) -> tuple[str, str]:
    """The platform's name and language."""
    return work.platform.value("name") or "Jeton", work.platform.value("language") or "en"
