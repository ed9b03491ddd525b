"""What one asks about applications, what may be wrong with it, and the rules of registration. Pure.

Source: product.md A1-A12, D4, D7, D8; ux.md section 2.2 (rules and messages); RFC 8252 section 7; RFC 9700 section 2.1.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from jeton.kernel.applications import (
    LONGEST_LIFETIME_S,
    SHORTEST_LIFETIME_S,
    Application,
    ApplicationType,
    IssuedToken,
    Secret,
)
from jeton.kernel.ids import ClientId
from jeton.kernel.problems import Conflict, FieldError, Invalid, Unknown
from jeton.kernel.scopes import Access, Scope, Scopes
from jeton.kit.text import has_controls, sentence

READ: Final = Scope("admin", Access.READ)
WRITE: Final = Scope("admin", Access.WRITE)

LARGEST_LOGO_BYTES: Final = 512 << 10
LOGO_SIDE: Final = 256
SMALLEST_LOGO: Final = 128
MOST_CALLBACKS: Final = 10
GRACE_S: Final = 7 * 86_400
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class NoSuchApplication(Unknown):
    """No application under this client_id."""

    code = "no_such_application"
    sentence = sentence("There is no such application.")


class NoSuchSecret(Unknown):
    """No live secret under this id."""

    code = "no_such_secret"
    sentence = sentence("There is no such secret.")


class TooManySecrets(Conflict):
    """As many secrets live as may."""

    code = "too_many_secrets"
    sentence = sentence("An application has at most {most} live secrets. End one first.")


class NoSecretForPublic(Conflict):
    """A public application has no secret."""

    code = "public_application"
    sentence = sentence("A public application has no secret: it proves itself with PKCE.")


class BadRegistration(Invalid):
    """The registration breaks rules; they are told member by member."""

    code = "bad_registration"
    sentence = sentence("The application cannot be registered like this.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a form or a call says of an application. `logo` is the picture as sent, later the PNG made of it."""

    name: str
    description: str
    editor: str
    editor_url: str
    type: ApplicationType
    is_public: bool
    callback_urls: tuple[str, ...]
    scopes: Scopes
    lifetime_s: int
    logo: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApplication:
    """Register an application; `secret_lifetime_s` None makes a secret without end."""

    registration: Registration
    secret_name: str = ""
    secret_lifetime_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApplication:
    """Change what is given; None leaves a thing as it is. `without_logo` forgets the logo."""

    client_id: ClientId
    name: str | None = None
    description: str | None = None
    editor: str | None = None
    editor_url: str | None = None
    callback_urls: tuple[str, ...] | None = None
    scopes: Scopes | None = None
    lifetime_s: int | None = None
    is_suspended: bool | None = None
    logo: bytes | None = None
    without_logo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OneApplication:
    """Something about one application."""

    client_id: ClientId


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSecret:
    """A new secret; the others end after `grace_s` (0: at once; None: they stay)."""

    client_id: ClientId
    name: str = ""
    grace_s: int | None = GRACE_S
    lifetime_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSecret:
    """End one secret now."""

    client_id: ClientId
    secret_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteApplication:
    """Forget an application; `typed_name`, when given, must be its name."""

    client_id: ClientId
    typed_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithSecret:
    """An application and a secret that was just made: the only value that ever holds one."""

    application: Application
    client_secret: str | None
    expires_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRow:
    """One line of the list: `secret_ends_at` is when its last secret ends (None: never), `needs` words of attention."""

    application: Application
    has_secret: bool
    secret_ends_at: int | None
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """An application with what is known of its secrets and tokens."""

    application: Application
    secrets: tuple[Secret, ...]
    live_secrets: frozenset[int]
    live_tokens: int
    tokens: tuple[IssuedToken, ...] = ()


def registration_faults(registration: Registration, *, name_is_taken: bool) -> list[FieldError]:
    """Everything wrong with a registration, in the order of the form."""
    faults = [_name_fault(registration.name, name_is_taken=name_is_taken), *_text_faults(registration)]
    faults += [_callback_fault(url, registration) for url in registration.callback_urls[: MOST_CALLBACKS + 1]]
    if registration.type is ApplicationType.CLIENT and not registration.callback_urls:
        faults.append(FieldError("callback_urls", "missing", sentence("Add at least one callback URL.")))
    if len(registration.callback_urls) > MOST_CALLBACKS:
        faults.append(FieldError("callback_urls", "too_many", sentence("At most 10 callback URLs are kept.")))
    if not registration.scopes:
        faults.append(FieldError("scopes", "missing", sentence("Choose at least one permission.")))
    if registration.is_public and registration.type is ApplicationType.SERVER:
        text = sentence("An application of the type Server must be able to keep a secret.")
        faults.append(FieldError("public", "public_server", text))
    if not SHORTEST_LIFETIME_S <= registration.lifetime_s <= LONGEST_LIFETIME_S:
        faults.append(FieldError("token_lifetime", "out_of_range", sentence("A token lives 300 to 86400 seconds.")))
    return [fault for fault in faults if fault is not None]


def _name_fault(name: str, *, name_is_taken: bool) -> FieldError | None:
    if not 3 <= len(name) <= 60 or has_controls(name):
        return FieldError("name", "bad_name", sentence("Give a name of 3 to 60 characters."))
    if name_is_taken:
        text = sentence("“{name}” already exists. Add a word that tells them apart.")
        return FieldError("name", "name_taken", text, {"name": name})
    return None


def _text_faults(registration: Registration) -> list[FieldError | None]:
    length = len(registration.description)
    faults: list[FieldError | None] = []
    if length > 280:
        text = sentence("Keep it under 280 characters (now {length}).")
        faults.append(FieldError("description", "too_long", text, {"length": length}))
    elif has_controls(registration.description.replace("\n", "").replace("\r", "")):
        faults.append(FieldError("description", "controls", sentence("Take out the control characters.")))
    is_client = registration.type is ApplicationType.CLIENT
    if is_client and not registration.editor:
        faults.append(
            FieldError("editor", "missing", sentence("Say who publishes this application: users will see it."))
        )
    elif registration.editor and (not 2 <= len(registration.editor) <= 80 or has_controls(registration.editor)):
        faults.append(FieldError("editor", "bad_editor", sentence("Give the publisher's name in 2 to 80 characters.")))
    if registration.editor_url and not _is_https(registration.editor_url):
        faults.append(FieldError("editor_url", "not_https", sentence("Start with https://")))
    return faults


def _is_https(url: str) -> bool:
    if len(url) > 300 or not url.isascii() or has_controls(url) or " " in url or not url.startswith("https://"):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False


def _callback_fault(url: str, registration: Registration) -> FieldError | None:
    """Why a callback cannot be registered (product.md D7), or None."""
    reason = callback_reason(url, is_public=registration.is_public)
    if reason is None:
        return None
    code, text = reason
    return FieldError("callback_urls", code, text, {"url": url[:200]})


def callback_reason(url: str, *, is_public: bool) -> tuple[str, str] | None:
    """A code and a sentence when a callback URL is refused.

    Source: ux.md section 2.2; RFC 8252 sections 7.1, 7.3; RFC 9700 section 2.1.
    """
    if len(url) > 500 or not url.isascii() or has_controls(url) or " " in url or "\\" in url:
        return "not_a_url", sentence("Write a whole URL in ASCII, without blanks or backslashes.")
    if "*" in url:
        return "wildcard", sentence("Write each URL in full: * is not accepted.")
    if "#" in url:
        return "fragment", sentence("Remove “#…”: a callback cannot contain a fragment.")
    scheme, colon, _ = url.partition(":")
    if not colon or not _SCHEME.fullmatch(scheme):
        return "not_a_url", sentence("Write a whole URL, such as https://portal.example.org/oauth/callback")
    if scheme not in {"http", "https"}:
        return _private_scheme_reason(scheme, is_public=is_public)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "not_a_url", sentence("Write a whole URL, such as https://portal.example.org/oauth/callback")
    if "@" in parts.netloc:
        return "userinfo", sentence("Remove the name and password from the URL.")
    if not host or port == 0 or not url.startswith(f"{scheme}://") or "%" in parts.netloc:
        return "not_a_url", sentence("Write a whole URL, such as https://portal.example.org/oauth/callback")
    if scheme == "http" and host not in _LOOPBACK:
        return "plain_http", sentence("http is accepted only on your own machine (127.0.0.1). Use https.")
    if {"..", "."} & set(parts.path.split("/")):
        return "dots", sentence("Write the path without “.” and “..”.")
    return None


def _private_scheme_reason(scheme: str, *, is_public: bool) -> tuple[str, str] | None:
    if not is_public:
        return "private_scheme", sentence("Use https: private schemes are for public applications.")
    if not _PRIVATE_SCHEME.fullmatch(scheme):
        return "scheme_without_dot", sentence("Use a reversed domain, such as com.example.app:/callback")
    return None
