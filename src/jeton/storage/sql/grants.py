"""What people allowed applications: codes and refresh tokens, as the authorization server asks for them.

A code or refresh token dies as access tokens do: with a generation of its application or of its person.
"""

from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Table,
    bindparam,
    case,
    delete,
    exists,
    insert,
    select,
    update,
)

from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import full_name
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import DAY, Instant
from jeton.oauth2.binding import Binding
from jeton.oauth2.codes import CodeRecord
from jeton.oauth2.effects import ClaimCode, ProlongRefresh, RotateRefresh, StoreCode, StoreRefresh
from jeton.oauth2.refresh import RefreshRecord, Rotation
from jeton.storage.sql.requests import Person, SqlRequests
from jeton.storage.sql.schema.groups import memberships
from jeton.storage.sql.schema.oauth2 import applications, audiences, codes, refresh_tokens, tokens
from jeton.storage.sql.schema.people import users
from jeton.storage.sql.schema.requests import device_codes
from jeton.storage.sql.statement import Sql

KEPT_AFTER_END: Final = DAY
"""So long a code that comes again is known again, and ends what it gave."""


class _Owners(NamedTuple):
    """What else decides whether a grant holds, beside its own row."""

    client_id: str
    is_suspended: int
    is_current: int
    login: str
    firstname: str
    lastname: str
    is_active: int
    is_administrator: int
    user_generation: int
    user_ends_at: Instant | None
    is_in_audience: int


class _Code(NamedTuple):
    id: int
    digest: bytes
    user: int
    scopes: int
    redirect_uri: str | None
    challenge: str | None
    expires_at: Instant
    claimed_at: Instant | None
    jkt: str | None
    resource: str | None
    owners: _Owners


class _Refresh(NamedTuple):
    id: int
    digest: bytes
    user: int
    scopes: int
    family: int
    issued_at: Instant
    expires_at: Instant
    ends_at: Instant
    revoked_at: Instant | None
    rotated_at: Instant | None
    salt: bytes | None
    successor: int | None
    successor_rotated_at: Instant | None
    jkt: str | None
    resource: str | None
    owners: _Owners


def _code(*values: Any) -> _Code:  # as the statement below lists them
    return _Code._make((*values[:10], _Owners._make(values[10:])))


def _refresh(*values: Any) -> _Refresh:
    return _Refresh._make((*values[:15], _Owners._make(values[15:])))


def _with_owners(table: Table) -> FromClause:
    return table.join(applications, applications.c.id == table.c.application_id).join(
        users, users.c.id == table.c.user_id
    )


def _owners(table: Table) -> tuple[ColumnElement[object], ...]:
    is_current = (table.c.generation == applications.c.token_generation) & (
        table.c.user_generation == users.c.token_generation
    )
    return (
        applications.c.client_id,
        applications.c.is_suspended,
        case((is_current, 1), else_=0),
        users.c.login,
        users.c.firstname,
        users.c.lastname,
        users.c.is_active,
        users.c.is_administrator,
        users.c.token_generation,
        users.c.expires_at,
        IS_IN_AUDIENCE,
    )


# Whether an application is for this person: for everybody, or for a group that the person is in.
IS_IN_AUDIENCE: Final = case(
    (applications.c.has_audience == 0, 1),
    (
        exists(
            select(audiences.c.group_id)
            .join(memberships, memberships.c.group_id == audiences.c.group_id)
            .where(audiences.c.application_id == applications.c.id, memberships.c.user_id == users.c.id)
        ),
        1,
    ),
    else_=0,
)
_successors: Final = refresh_tokens.alias("successors")
CODE: Final = Sql(
    select(
        codes.c.id,
        codes.c.digest,
        codes.c.user_id,
        codes.c.scopes,
        codes.c.redirect_uri,
        codes.c.challenge,
        codes.c.expires_at,
        codes.c.claimed_at,
        codes.c.jkt,
        codes.c.resource,
        *_owners(codes),
    )
    .select_from(_with_owners(codes))
    .where(codes.c.id == bindparam("id")),
    _code,
)
REFRESH: Final = Sql(
    select(
        refresh_tokens.c.id,
        refresh_tokens.c.digest,
        refresh_tokens.c.user_id,
        refresh_tokens.c.scopes,
        refresh_tokens.c.family,
        refresh_tokens.c.issued_at,
        refresh_tokens.c.expires_at,
        refresh_tokens.c.ends_at,
        refresh_tokens.c.revoked_at,
        refresh_tokens.c.rotated_at,
        refresh_tokens.c.salt,
        refresh_tokens.c.successor_id,
        _successors.c.rotated_at,
        refresh_tokens.c.jkt,
        refresh_tokens.c.resource,
        *_owners(refresh_tokens),
    )
    .select_from(_with_owners(refresh_tokens).outerjoin(_successors, _successors.c.id == refresh_tokens.c.successor_id))
    .where(refresh_tokens.c.id == bindparam("id")),
    _refresh,
)
OWNERS: Final = Sql(
    select(applications.c.id, applications.c.token_generation, users.c.token_generation)
    .select_from(applications.join(users, users.c.id == bindparam("user")))
    .where(applications.c.client_id == bindparam("client_id")),
    lambda application, generation, user_generation: (application, generation, user_generation),
)
ADD_CODE: Final = Sql(insert(codes))
# One of several contenders finds it unspent.
CLAIM: Final = Sql(
    update(codes)
    .where(codes.c.id == bindparam("which"), codes.c.claimed_at.is_(None))
    .values(claimed_at=bindparam("at"))
)
ADD_REFRESH: Final = Sql(insert(refresh_tokens))
PROLONG: Final = Sql(
    update(refresh_tokens)
    .where(refresh_tokens.c.id == bindparam("which"), refresh_tokens.c.expires_at < bindparam("until"))
    .values(expires_at=bindparam("until"))
)
ROTATE: Final = Sql(
    update(refresh_tokens)
    .where(refresh_tokens.c.id == bindparam("which"), refresh_tokens.c.rotated_at.is_(None))
    .values(rotated_at=bindparam("at"), salt=bindparam("salt_of_it"), successor_id=bindparam("successor"))
)


def _end(table: Table, *which: ColumnElement[bool]) -> Sql[None]:
    return Sql(update(table).where(*which, table.c.revoked_at.is_(None)).values(revoked_at=bindparam("at")))


END_TOKENS_OF_FAMILY: Final = _end(tokens, tokens.c.family == bindparam("of"))
END_REFRESH_OF_FAMILY: Final = _end(refresh_tokens, refresh_tokens.c.family == bindparam("of"))


def _of_both(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.user_id == bindparam("user"), table.c.application_id == bindparam("application")


END_TOKENS_OF_BOTH: Final = _end(tokens, *_of_both(tokens))
END_REFRESH_OF_BOTH: Final = _end(refresh_tokens, *_of_both(refresh_tokens))
END_CODES_OF_BOTH: Final = Sql(delete(codes).where(*_of_both(codes), codes.c.claimed_at.is_(None)))
END_DEVICES_OF_BOTH: Final = Sql(
    delete(device_codes).where(*_of_both(device_codes), device_codes.c.claimed_at.is_(None))
)


def _narrow(table: Table) -> Sql[None]:
    narrowed = table.c.scopes.bitwise_and(bindparam("kept", type_=BigInteger))
    return Sql(update(table).where(*_of_both(table), table.c.expires_at > bindparam("at")).values(scopes=narrowed))


NARROW_TOKENS: Final = _narrow(tokens)
NARROW_REFRESH: Final = _narrow(refresh_tokens)
NARROW_CODES: Final = _narrow(codes)
NARROW_DEVICES: Final = _narrow(device_codes)


def _sweep(table: Table, *over: ColumnElement[bool]) -> Sql[None]:
    return Sql(delete(table).where(table.c.id.in_(select(table.c.id).where(*over).limit(bindparam("limit")))))


SWEEP_CODES: Final = _sweep(codes, codes.c.expires_at < bindparam("before"))
SWEEP_REFRESH: Final = _sweep(refresh_tokens, refresh_tokens.c.expires_at < bindparam("before"))


class SqlGrants(SqlRequests):
    """The part of oauth2.ports.Store on codes and refresh tokens."""

    __slots__ = ()

    def code(self, number: int) -> CodeRecord[Scopes] | None:
        row = self._session.one(CODE, id=number)
        if row is None:
            return None
        return CodeRecord(
            id=row.id,
            digest=row.digest,
            client_id=row.owners.client_id,
            subject=self._met(row.user, row.owners),
            scopes=Scopes(row.scopes),
            redirect_uri=row.redirect_uri,
            challenge=row.challenge,
            expires_at=_at_most(row.expires_at, row.owners),
            claimed_at=row.claimed_at,
            is_usable=_is_usable(row.owners),
            binding=Binding(row.jkt, row.resource),
        )

    def store_code(self, effect: StoreCode[Scopes]) -> None:
        application, generation, user_generation = self._owners_of(effect.client_id, effect.subject)
        self._session.run(
            ADD_CODE,
            id=effect.id,
            digest=effect.digest,
            application_id=application,
            generation=generation,
            user_id=int(effect.subject),
            user_generation=user_generation,
            scopes=effect.scopes.bits,
            redirect_uri=effect.redirect_uri,
            challenge=effect.challenge,
            issued_at=effect.issued_at,
            expires_at=effect.expires_at,
            claimed_at=None,
            jkt=effect.binding.jkt,
            resource=effect.binding.resource,
        )

    def claim_code(self, effect: ClaimCode) -> bool:
        return self._session.run(CLAIM, which=effect.id, at=effect.at) == 1

    def refresh_token(self, number: int) -> RefreshRecord[Scopes] | None:
        row = self._session.one(REFRESH, id=number)
        if row is None:
            return None
        rotation = None
        if row.rotated_at is not None:
            rotation = Rotation(
                row.rotated_at, row.salt or b"", row.successor or 0, row.successor_rotated_at is not None
            )  # fmt: skip
        return RefreshRecord(
            id=row.id,
            digest=row.digest,
            client_id=row.owners.client_id,
            subject=self._met(row.user, row.owners),
            username=full_name(row.owners.firstname, row.owners.lastname, row.owners.login),
            scopes=Scopes(row.scopes),
            family=row.family,
            issued_at=row.issued_at,
            expires_at=_at_most(row.expires_at, row.owners),
            ends_at=row.ends_at,
            ended_at=row.revoked_at,
            is_usable=_is_usable(row.owners),
            rotation=rotation,
            binding=Binding(row.jkt, row.resource),
        )

    def store_refresh(self, effect: StoreRefresh[Scopes]) -> None:
        application, generation, user_generation = self._owners_of(effect.client_id, effect.subject)
        self._session.run(
            ADD_REFRESH,
            id=effect.id,
            digest=effect.digest,
            application_id=application,
            generation=generation,
            user_id=int(effect.subject),
            user_generation=user_generation,
            scopes=effect.scopes.bits,
            family=effect.family,
            issued_at=effect.issued_at,
            expires_at=effect.expires_at,
            ends_at=effect.ends_at,
            revoked_at=None,
            rotated_at=None,
            salt=None,
            successor_id=None,
            jkt=effect.binding.jkt,
            resource=effect.binding.resource,
        )

    def prolong_refresh(self, effect: ProlongRefresh) -> None:
        self._session.run(PROLONG, which=effect.id, until=effect.expires_at)

    def rotate_refresh(self, effect: RotateRefresh) -> bool:
        values = {"at": effect.at, "salt_of_it": effect.salt, "successor": effect.successor}
        return self._session.run(ROTATE, which=effect.id, **values) == 1

    def end_family(self, family: int, at: Instant) -> bool:
        """End all that one authorization gave; False when nothing of it was live."""
        tokens_ended = self._session.run(END_TOKENS_OF_FAMILY, of=family, at=at)
        return self._session.run(END_REFRESH_OF_FAMILY, of=family, at=at) + tokens_ended > 0

    def _owners_of(self, client_id: str, subject: str) -> tuple[int, int, int]:
        found: tuple[int, int, int] | None = self._session.one(OWNERS, client_id=client_id, user=int(subject))
        assert found is not None  # noqa: S101 - both were just judged
        return found

    def _met(self, user: int, owners: _Owners) -> str:
        name = full_name(owners.firstname, owners.lastname, owners.login)
        is_administrator = owners.is_administrator == 1
        self._people[str(user)] = Person(PrincipalId(user), name, is_administrator, owners.user_generation)
        return str(user)


def _is_usable(owners: _Owners) -> bool:
    holds = owners.is_current == 1 and owners.is_active == 1 and owners.is_suspended == 0
    return holds and owners.is_in_audience == 1


def _at_most(end: Instant, owners: _Owners) -> Instant:
    return end if owners.user_ends_at is None else min(end, owners.user_ends_at)
