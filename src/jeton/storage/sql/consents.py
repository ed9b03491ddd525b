"""Consents: `kernel.consents.Consents` in SQL."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BigInteger, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from jeton.kernel.applications import Application
from jeton.kernel.consents import Consent, Consenter
from jeton.kernel.ids import ClientId, PrincipalId
from jeton.kernel.people import full_name
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import Instant
from jeton.storage.sql.grants import (
    END_CODES_OF_BOTH,
    END_DEVICES_OF_BOTH,
    END_REFRESH_OF_BOTH,
    END_TOKENS_OF_BOTH,
    NARROW_CODES,
    NARROW_DEVICES,
    NARROW_REFRESH,
    NARROW_TOKENS,
)
from jeton.storage.sql.schema.oauth2 import applications, consents, tokens
from jeton.storage.sql.schema.people import users
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql


def _consent(
    client_id: str,
    name: str,
    editor: str,
    editor_url: str,
    scopes: int,
    given_at: Instant,
    last_used_at: Instant | None,
) -> Consent:
    return Consent(ClientId(client_id), name, editor, editor_url, Scopes(scopes), given_at, last_used_at)


_LAST_USED: Final = (
    select(func.max(tokens.c.last_used_at))
    .where(tokens.c.user_id == consents.c.user_id, tokens.c.application_id == consents.c.application_id)
    .scalar_subquery()
)
FIND: Final = Sql(
    select(consents.c.scopes)
    .join(applications, applications.c.id == consents.c.application_id)
    .where(applications.c.client_id == bindparam("client_id"), consents.c.user_id == bindparam("user")),
    Scopes,
)
OF_USER: Final = Sql(
    select(
        applications.c.client_id,
        applications.c.name,
        applications.c.editor,
        applications.c.editor_url,
        consents.c.scopes.bitwise_and(applications.c.scopes),
        consents.c.given_at,
        _LAST_USED,
    )
    .select_from(consents.join(applications, applications.c.id == consents.c.application_id))
    .where(consents.c.user_id == bindparam("user"))
    .order_by(applications.c.name_key),
    _consent,
)
OF_APPLICATION: Final = Sql(
    select(
        users.c.id,
        users.c.login,
        users.c.firstname,
        users.c.lastname,
        consents.c.scopes.bitwise_and(applications.c.scopes),
        consents.c.given_at,
        _LAST_USED,
    )
    .select_from(
        consents.join(users, users.c.id == consents.c.user_id).join(
            applications, applications.c.id == consents.c.application_id
        )
    )
    .where(consents.c.application_id == bindparam("application"))
    .order_by(consents.c.given_at.desc(), users.c.id)
    .limit(bindparam("limit")),
    lambda user, login, firstname, lastname, scopes, given_at, last_used_at: Consenter(
        PrincipalId(user), login, full_name(firstname, lastname, login), Scopes(scopes), given_at, last_used_at
    ),
)
COUNT: Final = Sql(
    select(func.count()).select_from(consents).where(consents.c.application_id == bindparam("application")), int
)
APPLICATION: Final = Sql(select(applications.c.id).where(applications.c.client_id == bindparam("client_id")), int)
_insert = insert(consents)
# PostgreSQL's ON CONFLICT, which SQLite reads too.
KEEP: Final = Sql(
    _insert.on_conflict_do_update(
        index_elements=[consents.c.application_id, consents.c.user_id],
        set_={"scopes": _insert.excluded.scopes, "given_at": _insert.excluded.given_at},
    )
)
_OF_BOTH: Final = (consents.c.application_id == bindparam("application"), consents.c.user_id == bindparam("user"))
NARROW: Final = Sql(
    update(consents).where(*_OF_BOTH).values(scopes=consents.c.scopes.bitwise_and(bindparam("kept", type_=BigInteger)))
)
REMOVE: Final = Sql(delete(consents).where(*_OF_BOTH))


class SqlConsents:
    """See `kernel.consents.Consents`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, user: PrincipalId, client: ClientId) -> Scopes | None:
        return self._session.one(FIND, user=user, client_id=client)

    def of_user(self, user: PrincipalId) -> Sequence[Consent]:
        return self._session.all(OF_USER, user=user)

    def of_application(self, application: Application, *, limit: int) -> tuple[Sequence[Consenter], int]:
        people = self._session.all(OF_APPLICATION, application=application.id, limit=limit)
        return people, self._session.one(COUNT, application=application.id) or 0

    def keep(self, user: PrincipalId, client: ClientId, scopes: Scopes, now: Instant) -> None:
        application = self._session.one(APPLICATION, client_id=client)
        self._session.run(KEEP, application_id=application, user_id=user, scopes=scopes.bits, given_at=now)

    def narrow(self, user: PrincipalId, client: ClientId, scopes: Scopes, now: Instant) -> None:
        of_both = {"application": self._session.one(APPLICATION, client_id=client), "user": user}
        self._session.run(NARROW, kept=scopes.bits, **of_both)
        for statement in (NARROW_TOKENS, NARROW_REFRESH, NARROW_CODES, NARROW_DEVICES):
            self._session.run(statement, kept=scopes.bits, at=now, **of_both)

    def withdraw(self, user: PrincipalId, client: ClientId, now: Instant) -> bool:
        application = self._session.one(APPLICATION, client_id=client)
        if application is None or not self._session.run(REMOVE, application=application, user=user):
            return False
        self._session.run(END_CODES_OF_BOTH, application=application, user=user)
        self._session.run(END_DEVICES_OF_BOTH, application=application, user=user)
        self._session.run(END_REFRESH_OF_BOTH, application=application, user=user, at=now)
        self._session.run(END_TOKENS_OF_BOTH, application=application, user=user, at=now)
        return True
