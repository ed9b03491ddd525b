"""Registered applications and their secrets: `kernel.ports.Applications` in SQL.

The database holds the uniqueness of names, on the name folded without accents.
"""

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Text, bindparam, delete, insert, or_, select, update

from jeton.kernel.applications import Application, ApplicationType, Secret
from jeton.kernel.ids import ClientId, PrincipalId
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import Instant
from jeton.kit.text import accentless
from jeton.storage.sql import client_metadata
from jeton.storage.sql.locks import END_OF_HOLDER
from jeton.storage.sql.schema.oauth2 import applications, audiences, logos, secrets
from jeton.storage.sql.schema.people import APPLICATION, principals
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Joined, Sql


def _application(
    number: int,
    client_id: str,
    principal: int | None,
    name: str,
    description: str,
    editor: str,
    editor_url: str,
    kind: int,
    is_public: int,
    callback_urls: str,
    scopes: int,
    lifetime_s: int,
    is_suspended: int,
    has_logo: int,
    created_at: Instant,
    created_by: str,
    last_used_at: Instant | None,
    metadata: str,
    has_audience: int,
    audience: str | None,
) -> Application:
    return Application(
        number,
        ClientId(client_id),
        None if principal is None else PrincipalId(principal),
        name,
        description,
        editor,
        editor_url,
        ApplicationType(kind),
        is_public == 1,
        tuple(json.loads(callback_urls)),
        Scopes(scopes),
        lifetime_s,
        is_suspended == 1,
        has_logo == 1,
        created_at,
        created_by,
        last_used_at,
        client_metadata.read(metadata),
        tuple(PrincipalId(int(group)) for group in (audience or "").split()) if has_audience else None,
    )


_AUDIENCE: Final = (
    select(Joined(audiences.c.group_id))
    .select_from(audiences)
    .where(audiences.c.application_id == applications.c.id)
    .scalar_subquery()
)
_APPLICATION: Final = (
    applications.c.id,
    applications.c.client_id,
    applications.c.principal_id,
    applications.c.name,
    applications.c.description,
    applications.c.editor,
    applications.c.editor_url,
    applications.c.type,
    applications.c.is_public,
    applications.c.callback_urls,
    applications.c.scopes,
    applications.c.lifetime_s,
    applications.c.is_suspended,
    applications.c.has_logo,
    applications.c.created_at,
    applications.c.created_by,
    applications.c.last_used_at,
    applications.c.metadata,
    applications.c.has_audience,
    _AUDIENCE,
)
_THIS: Final = applications.c.id == bindparam("id")

ALL = Sql(select(*_APPLICATION).order_by(applications.c.name_key), _application)
OF_PRINCIPAL = Sql(select(*_APPLICATION).where(applications.c.principal_id == bindparam("principal")), _application)
FIND = Sql(select(*_APPLICATION).where(applications.c.client_id == bindparam("client_id")), _application)
CLIENT_ID_OF_NAME = Sql(select(applications.c.client_id).where(applications.c.name_key == bindparam("key")), ClientId)
ADD_PRINCIPAL = Sql(insert(principals))
RENAME_PRINCIPAL = Sql(
    update(principals).where(principals.c.id == bindparam("id")).values(name=bindparam("name")),
)
ADD = Sql(insert(applications))
CHANGE = Sql(
    update(applications)
    .where(_THIS)
    .values(
        {
            column: bindparam(column.name)
            for column in (
                applications.c.name,
                applications.c.name_key,
                applications.c.description,
                applications.c.editor,
                applications.c.editor_url,
                applications.c.is_public,
                applications.c.callback_urls,
                applications.c.scopes,
                applications.c.lifetime_s,
                applications.c.is_suspended,
                applications.c.metadata,
                applications.c.has_audience,
                applications.c.requests_per_minute,
            )
        }
    ),
)
REMOVE = Sql(delete(applications).where(_THIS))
ADD_AUDIENCE = Sql(insert(audiences))
REMOVE_AUDIENCE = Sql(delete(audiences).where(audiences.c.application_id == bindparam("application_id")))
USED = Sql(
    update(applications)
    .where(
        applications.c.client_id == bindparam("client_id"),
        or_(applications.c.last_used_at.is_(None), applications.c.last_used_at < bindparam("at")),
    )
    .values(last_used_at=bindparam("at")),
)

LOGO = Sql(
    select(logos.c.png)
    .join(applications, applications.c.id == logos.c.application_id)
    .where(applications.c.client_id == bindparam("client_id")),
    bytes,
)
ADD_LOGO = Sql(insert(logos))
REMOVE_LOGO = Sql(delete(logos).where(logos.c.application_id == bindparam("application_id")))
SET_HAS_LOGO = Sql(update(applications).where(_THIS).values(has_logo=bindparam("has_logo")))

SECRETS = Sql(
    select(
        secrets.c.id,
        secrets.c.name,
        secrets.c.hint,
        secrets.c.created_at,
        secrets.c.expires_at,
        secrets.c.ended_at,
        secrets.c.last_used_at,
    )
    .where(secrets.c.application_id == bindparam("application_id"))
    .order_by(secrets.c.created_at.desc(), secrets.c.id.desc()),
    Secret,
)
ADD_SECRET = Sql(insert(secrets))
SECRET_USED = Sql(
    update(secrets)
    .where(
        secrets.c.id == bindparam("id"),
        or_(secrets.c.last_used_at.is_(None), secrets.c.last_used_at < bindparam("at")),
    )
    .values(last_used_at=bindparam("at")),
)
END_SECRET = Sql(
    update(secrets)
    .where(
        secrets.c.id == bindparam("id"),
        secrets.c.application_id == bindparam("application_id"),
        or_(secrets.c.expires_at.is_(None), secrets.c.expires_at > bindparam("at")),
        or_(secrets.c.ended_at.is_(None), secrets.c.ended_at > bindparam("at")),
    )
    .values(ended_at=bindparam("at")),
)

PUBLIC_CALLBACKS: Final = Sql(
    select(applications.c.callback_urls).where(
        applications.c.is_public == 1,
        applications.c.is_suspended == 0,
        or_(bindparam("which", type_=Text).is_(None), applications.c.client_id == bindparam("which", type_=Text)),
    ),
    json.loads,
)


class SqlApplications:
    """See `kernel.ports.Applications`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Sequence[Application]:
        return self._session.all(ALL)

    def find(self, client_id: ClientId) -> Application | None:
        return self._session.one(FIND, client_id=client_id)

    def public_callbacks(self, client_id: ClientId | None) -> Sequence[str]:
        told = self._session.all(PUBLIC_CALLBACKS, which=client_id)
        return [url for urls in told for url in urls]

    def of_principal(self, principal: PrincipalId) -> Application | None:
        return self._session.one(OF_PRINCIPAL, principal=principal)

    def taken_name(self, name: str, *, besides: ClientId | None = None) -> bool:
        holder = self._session.one(CLIENT_ID_OF_NAME, key=accentless(name))
        return holder is not None and holder != besides

    def add(self, application: Application) -> None:
        """Raises AlreadyThere when the name is taken meanwhile."""
        if application.principal is not None:
            self._session.run(ADD_PRINCIPAL, id=application.principal, kind=APPLICATION, name=application.name)
        self._session.run(
            ADD,
            client_id=application.client_id,
            principal_id=application.principal,
            type=application.type.value,
            has_logo=0,
            created_at=application.created_at,
            created_by=application.created_by,
            last_used_at=None,
            token_generation=0,
            tokens_revoked_at=None,
            **_values(application),
        )
        self._set_audience(application)

    def change(self, application: Application) -> None:
        """All but what is settled for good: its ids, its type, who created it. Raises AlreadyThere."""
        self._session.run(CHANGE, **_values(application))
        self._set_audience(application)
        if application.principal is not None:
            self._session.run(RENAME_PRINCIPAL, id=application.principal, name=application.name)

    def _set_audience(self, application: Application) -> None:
        self._session.run(REMOVE_AUDIENCE, application_id=application.id)
        for group in application.audience or ():
            self._session.run(ADD_AUDIENCE, application_id=application.id, group_id=group)

    def remove(self, application: Application) -> None:
        """Its secrets, logo and locks go with it, its tokens are dead without it, its name stays on what it owned."""
        self._session.run(END_OF_HOLDER, holder=application.principal or 0)
        self._session.run(REMOVE, id=application.id)

    def logo(self, client_id: ClientId) -> bytes | None:
        return self._session.one(LOGO, client_id=client_id)

    def set_logo(self, application: Application, png: bytes | None) -> None:
        self._session.run(REMOVE_LOGO, application_id=application.id)
        if png is not None:
            self._session.run(ADD_LOGO, application_id=application.id, png=png)
        self._session.run(SET_HAS_LOGO, id=application.id, has_logo=int(png is not None))

    def secrets(self, application: Application) -> Sequence[Secret]:
        return self._session.all(SECRETS, application_id=application.id)

    def add_secret(self, application: Application, secret: Secret, digest: bytes) -> None:
        self._session.run(
            ADD_SECRET,
            id=secret.id,
            application_id=application.id,
            digest=digest,
            name=secret.name,
            hint=secret.hint,
            created_at=secret.created_at,
            expires_at=secret.expires_at,
            ended_at=secret.ended_at,
            last_used_at=secret.last_used_at,
        )

    def used(self, client_id: ClientId, secret_id: int, at: Instant) -> None:
        self._session.run(USED, client_id=client_id, at=at)
        self._session.run(SECRET_USED, id=secret_id, at=at)

    def end_secret(self, application: Application, secret_id: int, at: Instant) -> bool:
        return self._session.run(END_SECRET, id=secret_id, application_id=application.id, at=at) == 1


def _values(application: Application) -> dict[str, int | str]:
    return {
        "id": application.id,
        "name": application.name,
        "name_key": accentless(application.name),
        "description": application.description,
        "editor": application.editor,
        "editor_url": application.editor_url,
        "is_public": int(application.is_public),
        "callback_urls": json.dumps(application.callback_urls, ensure_ascii=False),
        "scopes": application.scopes.bits,
        "lifetime_s": application.lifetime_s,
        "is_suspended": int(application.is_suspended),
        "metadata": client_metadata.kept(application.metadata),
        "has_audience": int(application.audience is not None),
        "requests_per_minute": application.metadata.requests_per_minute,
    }
