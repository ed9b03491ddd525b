"""What one asks about applications, what may be wrong with it, and the rules of registration. Pure.

Source: product.md A1-A12, D4, D7, D8; ux.md section 2.2 (rules and messages); RFC 8252 section 7; RFC 9700 section 2.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from jeton.kernel.applications import (
    LONGEST_LIFETIME_S,
    SHORTEST_LIFETIME_S,
    USUAL,
    Application,
    ApplicationType,
    ClientMetadata,
    IssuedToken,
    Secret,
)
from jeton.kernel.callbacks import callback_reason, is_https
from jeton.kernel.consents import Consenter
from jeton.kernel.ids import ClientId, PrincipalId
from jeton.kernel.problems import Conflict, FieldError, Invalid, Unknown
from jeton.kernel.scopes import Access, Scope, Scopes
from jeton.kit.clock import Instant
from jeton.kit.text import has_controls, sentence
from jeton.oauth2.jws import Unsound, read_keys
from jeton.oauth2.pkce import challenge_of

READ: Final = Scope("admin", Access.READ)
WRITE: Final = Scope("admin", Access.WRITE)

LARGEST_LOGO_BYTES: Final = 512 << 10
LOGO_SIDE: Final = 256
SMALLEST_LOGO: Final = 128
MOST_CALLBACKS: Final = 10
MOST_RESOURCES: Final = 10
MOST_REQUESTS: Final = 1_000_000
SHORTEST_REFRESH_S: Final = 3600
LONGEST_REFRESH_S: Final = 366 * 86_400
GRACE_S: Final = 7 * 86_400


class NoSuchApplication(Unknown):
    """No application under this client_id."""

    code = "no_such_application"
    sentence = sentence("There is no such application.")


class NoSuchSecret(Unknown):
    """No live secret under this id."""

    code = "no_such_secret"
    sentence = sentence("There is no such secret.")


class NoSuchConsent(Unknown):
    """The person did not allow it, or not any more."""

    code = "no_such_consent"
    sentence = sentence("This person does not allow this application anything.")


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
    metadata: ClientMetadata = USUAL
    audience: tuple[PrincipalId, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApplication:
    """Register an application; `secret_lifetime_s` None makes a secret without end."""

    registration: Registration
    secret_name: str = ""
    secret_lifetime_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApplication:
    """Change what is given; None leaves a thing as it is. `without_logo` forgets the logo; `metadata` are members of
    ClientMetadata by name; `for_everybody` ends the restriction to an audience."""

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
    metadata: Mapping[str, Any] = field(default_factory=dict)  # a member's value, of that member's kind
    audience: tuple[PrincipalId, ...] | None = None
    for_everybody: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OneApplication:
    """Something about one application."""

    client_id: ClientId


@dataclass(frozen=True, slots=True, kw_only=True)
class OneAddress:
    """The address at which a person is asked, as its parts say; empty ones are left out, an empty state is made."""

    client_id: ClientId
    callback: str
    scope: str
    state: str
    with_pkce: bool


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
class RevokeTokens:
    """End tokens of an application: of one person only, if given; given before an instant only, if given."""

    client_id: ClientId
    user: PrincipalId | None = None
    issued_before: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Take one person's consent back, with all tokens that came of it."""

    client_id: ClientId
    user: PrincipalId


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Consenters:
    """The people for whom an application may act, the first of them."""

    application: Application
    people: tuple[Consenter, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An application, the query of an authorization address for it, and what is needed to exchange its code."""

    application: Application
    callback: str
    query: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """What the page of an application's protocol needs: the groups that it may be for, by name."""

    application: Application
    groups: tuple[tuple[PrincipalId, str], ...]


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
    faults += metadata_faults(registration)
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
    if registration.editor_url and not is_https(registration.editor_url):
        faults.append(FieldError("editor_url", "not_https", sentence("Start with https://")))
    return faults


def _callback_fault(url: str, registration: Registration) -> FieldError | None:
    """Why a callback cannot be registered (product.md D7), or None."""
    reason = callback_reason(url, is_public=registration.is_public)
    if reason is None:
        return None
    code, text = reason
    return FieldError("callback_urls", code, text, {"url": url[:200]})


def address_of(application: Application, command: OneAddress, verifier: str, state: str) -> Address:
    """The address at which a person is asked, with what was made for this try. Source: RFC 6749 section 4.1.1."""
    callbacks = application.callback_urls
    callback = command.callback if command.callback in callbacks else next(iter(callbacks), "")
    with_pkce = command.with_pkce or application.is_public
    parts = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": callback,
        "scope": command.scope,
        "state": command.state or state,
        "code_challenge": challenge_of(verifier) if with_pkce else "",
        "code_challenge_method": "S256" if with_pkce else "",
    }
    query = urlencode({name: part for name, part in parts.items() if part}, quote_via=quote)
    return Address(application=application, callback=callback, query=query, verifier=verifier if with_pkce else "")


def metadata_faults(registration: Registration) -> list[FieldError | None]:
    """Everything wrong with what its requests must carry and what else it may ask."""
    metadata = registration.metadata
    faults: list[FieldError | None] = [_keys_fault(registration), *map(_resource_fault, metadata.resources)]
    if len(metadata.resources) > MOST_RESOURCES:
        faults.append(FieldError("resources", "too_many", sentence("At most 10 resource servers are kept.")))
    if not metadata.optional_scopes.within(registration.scopes):
        text = sentence("Optional permissions must be among the application's permissions.")
        faults.append(FieldError("optional_scopes", "beyond_scopes", text))
    if not SHORTEST_REFRESH_S <= metadata.refresh_idle_s <= metadata.refresh_ends_s <= LONGEST_REFRESH_S:
        text = sentence("A refresh token rests at least an hour, ends no earlier than that, and within a year.")
        faults.append(FieldError("refresh_lifetime", "out_of_range", text))
    if not 0 <= metadata.requests_per_minute <= MOST_REQUESTS:
        text = sentence("Give a number of calls from 0 (no limit) to 1000000.")
        faults.append(FieldError("requests_per_minute", "out_of_range", text))
    if len(metadata.trusted_because) > 280 or has_controls(metadata.trusted_because):
        text = sentence("Give the reason in at most 280 characters.")
        faults.append(FieldError("consent_skipped_because", "bad_reason", text))
    if metadata.trusted_because and (registration.is_public or registration.type is ApplicationType.SERVER):
        text = sentence("People must be asked: anybody can pass for an application that proves nothing.")
        faults.append(FieldError("consent_skipped_because", "must_ask", text))
    return faults


def _keys_fault(registration: Registration) -> FieldError | None:
    if not registration.metadata.jwks:
        return None
    if registration.is_public:
        return FieldError("jwks", "public_with_keys", sentence("A public application has no keys."))
    try:
        read_keys(registration.metadata.jwks)
    except Unsound as error:
        text = sentence("These are no keys that can be used: {why}.")
        return FieldError("jwks", "bad_keys", text, {"why": str(error)})
    return None


def _resource_fault(url: str) -> FieldError | None:
    """Why an address cannot name a resource server (RFC 8707 section 2: absolute, without fragment), or None."""
    reason = callback_reason(url, is_public=False)
    if reason is None:
        return None
    text = sentence("Give each resource server's whole address, starting with https://")
    return FieldError("resources", "not_a_resource", text, {"url": url[:200]})
