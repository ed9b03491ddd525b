"""The vendor's shapes of applications and tokens. Source: wire/oauth2.md section 6; docs/divergences.md for ours."""

from base64 import b64decode
from datetime import datetime
from typing import Annotated, ClassVar

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
    WithSecret,
)
from jeton.kernel.applications import LONGEST_LIFETIME_S, Application, ApplicationType
from jeton.kernel.ids import ClientId
from jeton.kernel.problems import FieldError
from jeton.kernel.scopes import Scopes, UnknownScope
from jeton.kit.text import sentence
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireInt, WireWords, date_out

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
    client_secret: str | UnsetType = UNSET

    @classmethod
    def of(cls, application: Application) -> "AppOut":
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


class CreateAppIn(Body, frozen=True):
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
            )
        )


class ChangeAppIn(Body, frozen=True):
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
        )


def _given(text: str | UnsetType) -> str | None:
    return None if isinstance(text, UnsetType) else text.strip()


def read_scopes(words: WireWords) -> Scopes:
    """The set that words name. Raises BadRegistration naming the unknown word."""
    try:
        return Scopes.of(words)
    except UnknownScope as unknown:
        text = sentence("“{word}” is not a scope.")
        raise BadRegistration(FieldError("scopes", "unknown_scope", text, {"word": unknown.word[:60]})) from None


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
