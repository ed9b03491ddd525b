"""The vendor's shapes of applications and tokens. Source: wire/oauth2.md section 6; docs/divergences.md for ours."""

from base64 import b64decode
from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from jeton.families.applications.model import (
    LARGEST_LOGO_BYTES,
    BadRegistration,
    ChangeApplication,
    CreateApplication,
    DeleteApplication,
    OneApplication,
    Registration,
    RevokeTokens,
    Withdraw,
    WithSecret,
)
from jeton.kernel.applications import LONGEST_LIFETIME_S, USUAL, Application, ApplicationType
from jeton.kernel.consents import Consenter
from jeton.kernel.ids import ClientId, PrincipalId
from jeton.kernel.problems import FieldError
from jeton.kernel.scopes import Scopes, UnknownScope
from jeton.kit.text import sentence
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireDate, WireId, WireInt, WireWords, date_in, date_out

CLIENT_LIFETIME_S = 3600


class AppOut(Shape, frozen=True):
    """An application; `client_secret` stands there once, when it was just made."""

    client_id: str
    name: str
    description: str
    editor: str
    editor_url: str
    type: int
    public: bool
    callback_urls: tuple[str, ...]
    scopes: tuple[str, ...]
    token_lifetime: int
    suspended: bool
    creation: datetime
    last_use: datetime | None
    require_pkce: bool
    require_pushed_authorization_requests: bool
    dpop_bound_access_tokens: bool
    jwks: dict[str, Any] | None
    resources: tuple[str, ...]
    optional_scopes: tuple[str, ...]
    refresh_idle: int
    refresh_lifetime: int
    consent_skipped_because: str
    requests_per_minute: int
    verified: bool
    audience: tuple[str, ...] | None
    client_secret: str | UnsetType = UNSET

    @classmethod
    def of(cls, application: Application) -> "AppOut":
        metadata, audience = application.metadata, application.audience
        return cls(
            client_id=application.client_id,
            name=application.name,
            description=application.description,
            editor=application.editor,
            editor_url=application.editor_url,
            type=int(application.type),
            public=application.is_public,
            callback_urls=application.callback_urls,
            scopes=application.scopes.words(),
            token_lifetime=application.lifetime_s,
            suspended=application.is_suspended,
            creation=date_out(application.created_at),
            last_use=None if application.last_used_at is None else date_out(application.last_used_at),
            require_pkce=metadata.needs_pkce,
            require_pushed_authorization_requests=metadata.needs_par,
            dpop_bound_access_tokens=metadata.needs_dpop,
            jwks=msgspec.json.decode(metadata.jwks) if metadata.jwks else None,
            resources=metadata.resources,
            optional_scopes=metadata.optional_scopes.words(),
            refresh_idle=metadata.refresh_idle_s,
            refresh_lifetime=metadata.refresh_ends_s,
            consent_skipped_because=metadata.trusted_because,
            requests_per_minute=metadata.requests_per_minute,
            verified=metadata.is_verified,
            audience=None if audience is None else tuple(str(group) for group in audience),
        )


class AppWithSecretOut(AppOut, frozen=True):
    """An application and the secret that was just made for it."""

    @classmethod
    def of(cls, value: WithSecret) -> "AppWithSecretOut":  # type: ignore[override]
        plain = AppOut.of(value.application)
        members = {name: getattr(plain, name) for name in AppOut.__struct_fields__}
        return cls(**{**members, "client_secret": UNSET if value.client_secret is None else value.client_secret})


class OneAppIn(Query, frozen=True):
    """One application, by its client_id."""

    client_id: str

    def command(self) -> OneApplication:
        return OneApplication(client_id=ClientId(self.client_id))


class DeleteAppIn(Query, frozen=True):
    """One application, to be deleted."""

    client_id: str

    def command(self) -> DeleteApplication:
        return DeleteApplication(client_id=ClientId(self.client_id))


class MetadataIn(Body, frozen=True, kw_only=True):
    """What its requests must carry, and what else it may ask; names of RFC 7591, 9126 and 9449 where they have any."""

    require_pkce: bool | UnsetType = UNSET
    require_pushed_authorization_requests: bool | UnsetType = UNSET
    dpop_bound_access_tokens: bool | UnsetType = UNSET
    jwks: dict[str, Any] | UnsetType | None = UNSET
    resources: WireWords | UnsetType = UNSET
    optional_scopes: WireWords | UnsetType = UNSET
    refresh_idle: WireInt | UnsetType = UNSET
    refresh_lifetime: WireInt | UnsetType = UNSET
    consent_skipped_because: str | UnsetType = UNSET
    requests_per_minute: WireInt | UnsetType = UNSET
    verified: bool | UnsetType = UNSET
    audience: tuple[WireId, ...] | UnsetType | None = UNSET

    def metadata(self) -> dict[str, Any]:  # members of ClientMetadata
        """What was given, by the kernel's names."""
        told: dict[str, Any] = {
            "needs_pkce": self.require_pkce,
            "needs_par": self.require_pushed_authorization_requests,
            "needs_dpop": self.dpop_bound_access_tokens,
            "jwks": UNSET if isinstance(self.jwks, UnsetType) else _keys(self.jwks),
            "resources": UNSET if isinstance(self.resources, UnsetType) else tuple(dict.fromkeys(self.resources)),
            "optional_scopes": UNSET
            if isinstance(self.optional_scopes, UnsetType)
            else read_scopes(self.optional_scopes, "optional_scopes"),
            "refresh_idle_s": UNSET if isinstance(self.refresh_idle, UnsetType) else int(self.refresh_idle),
            "refresh_ends_s": UNSET if isinstance(self.refresh_lifetime, UnsetType) else int(self.refresh_lifetime),
            "trusted_because": UNSET
            if isinstance(self.consent_skipped_because, UnsetType)
            else self.consent_skipped_because.strip(),
            "requests_per_minute": UNSET
            if isinstance(self.requests_per_minute, UnsetType)
            else int(self.requests_per_minute),
            "is_verified": self.verified,
        }
        return {name: value for name, value in told.items() if value is not UNSET}

    def groups(self) -> tuple[PrincipalId, ...] | None:
        """The groups that it is for, where any were given."""
        if isinstance(self.audience, UnsetType) or self.audience is None:
            return None
        return tuple(dict.fromkeys(PrincipalId(int(group)) for group in self.audience))


class CreateAppIn(MetadataIn, frozen=True, kw_only=True):
    """A new application."""

    ignored: ClassVar[frozenset[str]] = frozenset({"client_id", "creation", "last_use", "suspended"})

    name: str
    type: Annotated[int, msgspec.Meta(ge=0, le=1)]
    scopes: WireWords
    description: str = ""
    editor: str = ""
    editor_url: str = ""
    callback_urls: WireWords | UnsetType = UNSET
    public: bool = False
    token_lifetime: WireInt | None = None
    logo: str | None = None

    def command(self) -> CreateApplication:
        kind = ApplicationType(self.type)
        usual = LONGEST_LIFETIME_S if kind is ApplicationType.SERVER else CLIENT_LIFETIME_S
        return CreateApplication(
            registration=Registration(
                name=self.name.strip(),
                description=self.description.strip(),
                editor=self.editor.strip(),
                editor_url=self.editor_url.strip(),
                type=kind,
                is_public=self.public,
                callback_urls=() if self.callback_urls is UNSET else tuple(dict.fromkeys(self.callback_urls)),
                scopes=read_scopes(self.scopes),
                lifetime_s=usual if self.token_lifetime is None else int(self.token_lifetime),
                logo=read_logo(self.logo),
                metadata=USUAL._replace(**self.metadata()),
                audience=self.groups(),
            )
        )


class ChangeAppIn(MetadataIn, frozen=True, kw_only=True):
    """What to change of an application; what is absent stays. `logo` null forgets the logo."""

    ignored: ClassVar[frozenset[str]] = frozenset({"client_id", "creation", "last_use", "public", "type"})

    client_id: str
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    editor: str | UnsetType = UNSET
    editor_url: str | UnsetType = UNSET
    callback_urls: WireWords | UnsetType = UNSET
    scopes: WireWords | UnsetType = UNSET
    token_lifetime: WireInt | UnsetType = UNSET
    suspended: bool | UnsetType = UNSET
    logo: str | UnsetType | None = UNSET

    def command(self) -> ChangeApplication:
        return ChangeApplication(
            client_id=ClientId(self.client_id),
            name=_given(self.name),
            description=_given(self.description),
            editor=_given(self.editor),
            editor_url=_given(self.editor_url),
            callback_urls=None
            if isinstance(self.callback_urls, UnsetType)
            else tuple(dict.fromkeys(self.callback_urls)),
            scopes=None if isinstance(self.scopes, UnsetType) else read_scopes(self.scopes),
            lifetime_s=None if isinstance(self.token_lifetime, UnsetType) else int(self.token_lifetime),
            is_suspended=None if isinstance(self.suspended, UnsetType) else self.suspended,
            logo=None if isinstance(self.logo, UnsetType) else read_logo(self.logo),
            without_logo=self.logo is None,
            metadata=self.metadata(),
            audience=self.groups(),
            for_everybody=self.audience is None,
        )


class ConsenterOut(Shape, frozen=True):
    """A person who allows an application to act for them."""

    user_id: str
    login: str
    name: str
    scopes: tuple[str, ...]
    given: datetime
    last_use: datetime | None

    @classmethod
    def of(cls, consenter: Consenter) -> "ConsenterOut":
        return cls(
            user_id=str(consenter.user),
            login=consenter.login,
            name=consenter.name,
            scopes=consenter.scopes.words(),
            given=date_out(consenter.given_at),
            last_use=None if consenter.last_used_at is None else date_out(consenter.last_used_at),
        )


class RevokeTokensIn(Body, frozen=True):
    """Which tokens of an application to end: all of them, where nothing is given."""

    client_id: str
    user_id: WireId | UnsetType = UNSET
    issued_before: WireDate | UnsetType = UNSET

    def command(self) -> RevokeTokens:
        return RevokeTokens(
            client_id=ClientId(self.client_id),
            user=None if isinstance(self.user_id, UnsetType) else PrincipalId(int(self.user_id)),
            issued_before=None if isinstance(self.issued_before, UnsetType) else date_in(self.issued_before),
        )


class WithdrawIn(Query, frozen=True):
    """One person of one application."""

    client_id: str
    user_id: WireId

    def command(self) -> Withdraw:
        return Withdraw(client_id=ClientId(self.client_id), user=PrincipalId(int(self.user_id)))


def _given(text: str | UnsetType) -> str | None:
    return None if isinstance(text, UnsetType) else text.strip()


def _keys(jwks: dict[str, Any] | None) -> str:
    return "" if jwks is None else msgspec.json.encode(jwks).decode()


def read_scopes(words: WireWords, member: str = "scopes") -> Scopes:
    """The set that words name. Raises BadRegistration naming the unknown word."""
    try:
        return Scopes.of(words)
    except UnknownScope as unknown:
        text = sentence("“{word}” is not a scope.")
        raise BadRegistration(FieldError(member, "unknown_scope", text, {"word": unknown.word[:60]})) from None


def read_logo(data_uri: str | None) -> bytes | None:
    """The picture of a data URI (decisions.md, "Logo by API"). Raises BadRegistration."""
    if data_uri is None:
        return None
    head, comma, encoded = data_uri.partition(",")
    bad = FieldError("logo", "picture_unreadable", sentence("Use a PNG, JPEG or WebP image under 512 KB."))
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        raise BadRegistration(bad)
    if len(encoded) > LARGEST_LOGO_BYTES * 4 // 3 + 4:
        raise BadRegistration(bad)
    try:
        content = b64decode(encoded, validate=True)
    except ValueError:  # not base64, or not even ASCII
        raise BadRegistration(bad) from None
    if len(content) > LARGEST_LOGO_BYTES:
        raise BadRegistration(bad)
    return content
