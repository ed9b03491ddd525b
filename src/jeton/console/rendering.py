"""Templates become pages: languages, filters, assets, and the headers that every page carries."""

import gzip
import hashlib
import io
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import Any, Final, NamedTuple

import segno
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from jeton.kit.clock import SECOND, Instant, to_datetime
from jeton.web.answers import HTML, NOSNIFF, Answer, Header
from jeton.web.languages import LANGUAGES, Catalogues

_OWN_PACKAGE: Final = "jeton.console"
_VARY: Final[Header] = (b"vary", b"accept-encoding")
_TYPES: Final = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".png": b"image/png",
}
_UNITS: Final = {"en": ("bytes", "kB", "MB", "GB", "TB"), "fr": ("octets", "ko", "Mo", "Go", "To")}
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'"
)
PAGE_HEADERS: Final[tuple[Header, ...]] = (
    HTML,
    NOSNIFF,
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Asset(NamedTuple):
    """A file that pages load."""

    media_type: bytes
    content: bytes
    compressed: bytes


class Assets:
    """The style sheets, scripts and icons, read once; their address changes with their content."""

    __slots__ = ("_files", "version")

    def __init__(self) -> None:
        folder = resources.files("jeton.console") / "assets"
        self._files: dict[str, Asset] = {}
        whole = hashlib.sha256()
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            kind = _TYPES.get("." + entry.name.rpartition(".")[2])
            if kind is not None and entry.is_file():
                content = entry.read_bytes()
                whole.update(content)
                self._files[entry.name] = Asset(kind, content, gzip.compress(content, mtime=0))
        self.version = whole.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Where a file is found."""
        return f"/assets/{self.version}/{name}"

    def answer(self, path: str, *, compressed: bool) -> Answer | None:
        """The file at a path below `/assets/`, or None. Pages themselves are never compressed: they hold secrets."""
        version, _, name = path.removeprefix("/assets/").partition("/")
        asset = self._files.get(name)
        if asset is None:
            return None
        caching = b"public, max-age=31536000, immutable" if version == self.version else b"no-cache"
        headers = ((b"content-type", asset.media_type), NOSNIFF, (b"cache-control", caching), _VARY)
        if compressed:
            return Answer(200, (*headers, (b"content-encoding", b"gzip")), asset.compressed)
        return Answer(200, headers, asset.content)


class Templates:
    """One environment per language."""

    __slots__ = ("_environments",)

    def __init__(self, catalogues: Catalogues, packages: Sequence[str], shared: Mapping[str, Any]) -> None:
        """`packages` have templates of their own beside the console's; `shared` values are seen by every template."""
        loader = ChoiceLoader([PackageLoader(package, "templates") for package in (_OWN_PACKAGE, *packages)])
        self._environments = {language: _environment(language, loader, catalogues, shared) for language in LANGUAGES}

    def render(self, template: str, language: str, context: Mapping[str, Any]) -> bytes:
        """A page's bytes."""
        return self._environments[language].get_template(template).render(context).encode()


def _environment(language: str, loader: BaseLoader, catalogues: Catalogues, shared: Mapping[str, Any]) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Jinja adds these methods at run time.
    environment.install_gettext_translations(catalogues.translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(shared)
    environment.globals["lang"] = language

    def date(instant: Instant | None) -> str:
        return "" if instant is None else format_date(to_datetime(instant), format="long", locale=language)

    def moment(instant: Instant | None) -> str:
        return "" if instant is None else format_datetime(to_datetime(instant), format="medium", locale=language)

    def ago(instant: Instant | None) -> str:
        if instant is None:
            return ""
        passed = to_datetime(instant) - datetime.now(UTC)  # how long ago is said to a person: no decision hangs on it
        return format_timedelta(passed, add_direction=True, locale=language)

    def number(value: int) -> str:
        return format_decimal(value, locale=language)

    def size(count: int) -> str:
        return size_text(count, language)

    def iso(instant: Instant) -> str:
        return to_datetime(instant // SECOND * SECOND).strftime("%Y-%m-%dT%H:%M:%SZ")

    def day(instant: Instant) -> str:
        return to_datetime(instant).date().isoformat()

    def say(sentence: str) -> str:
        return catalogues.say(language, sentence)

    environment.filters.update(date=date, datetime=moment, ago=ago, number=number, iso=iso, day=day, say=say)
    environment.filters.update(size=size, qr=_qr)
    return environment


def size_text(count: int, language: str) -> str:
    """A number of bytes as a person reads it: in the largest unit of which there is one, with at most one decimal."""
    units = _UNITS[language]
    amount, unit = float(count), 0
    while amount >= 1000 and unit < len(units) - 1:
        amount, unit = amount / 1000, unit + 1
    number = format_decimal(amount, format="#,##0.#" if unit else "#,##0", locale=language)
    return f"{number}\N{NO-BREAK SPACE}{units[unit]}"


def _qr(text: str) -> str:
    """A QR code as a data URI, dark on light whatever the theme: that is what cameras read."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False)
    return f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"
