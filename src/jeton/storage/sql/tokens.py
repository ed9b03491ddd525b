"""Tokens as those who watch over them see them, and as the guard sees whoever shows one.

A token's row says when it ends by itself; its application and its user say more: each holds a generation, and a token
of an older one is over. So all tokens of an application, or of a user, end with one UPDATE, whatever their number.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from jeton.kernel.applications import Application, IssuedToken
from jeton.kernel.caller import Bearer, Caller, CallerKind
from jeton.kernel.ids import ClientId, PrincipalId, TokenId
from jeton.kernel.people import full_name
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import DAY, Instant
from jeton.storage.sql.grants import END_REFRESH_OF_FAMILY, END_TOKENS_OF_FAMILY, IS_IN_AUDIENCE, OWNERS
from jeton.storage.sql.schema.oauth2 import applications, codes, refresh_tokens, tokens
from jeton.storage.sql.schema.people import access_policies, users
from jeton.storage.sql.schema.requests import device_codes
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

KEPT_AFTER_END: Final = DAY
"""How long a token that is over can still be looked up."""

MOST_COUNTED: Final = 10_000
"""Counts of live tokens stop here, so that looking at an application costs the same however many there are."""

_WITH_ITS_OWNERS: Final[FromClause] = tokens.join(applications, applications.c.id == tokens.c.application_id).outerjoin(
    users, users.c.id == tokens.c.user_id
)
_LIVE: Final[tuple[ColumnElement[bool], ...]] = (
    tokens.c.expires_at > bindparam("now"),
    tokens.c.revoked_at.is_(None),
    tokens.c.generation == applications.c.token_generation,
    or_(tokens.c.user_id.is_(None), tokens.c.user_generation == users.c.token_generation),
)
# When a token was ended before its time: by itself, or with all of its application or of its user.
_ENDED_AT: Final[ColumnElement[Instant | None]] = case(
    (tokens.c.revoked_at.is_not(None), tokens.c.revoked_at),
    (tokens.c.generation != applications.c.token_generation, func.coalesce(applications.c.tokens_revoked_at, 0)),
    (tokens.c.user_generation != users.c.token_generation, func.coalesce(users.c.tokens_revoked_at, 0)),
)


def _bearer(
    number: int,
    digest: bytes,
    scopes: int,
    expires_at: Instant,
    ended_at: Instant | None,
    client_id: str,
    application_name: str,
    application_scopes: int,
    is_suspended: int,
    principal: int | None,
    user: int | None,
    login: str | None,
    firstname: str | None,
    lastname: str | None,
    language: str | None,
    is_active: int | None,
    is_administrator: int | None,
    user_ends_at: Instant | None,
    are_policies: int,
    jkt: str | None,
    calls_per_minute: int,
    is_in_audience: int,
) -> Bearer:
    # A token's scopes never outlive the application's: narrowing the registration narrows what was given.
    effective = Scopes(scopes & application_scopes)
    if user is None:
        is_held = principal is not None
        caller = Caller(
            CallerKind.SERVER,
            PrincipalId(principal or 0),
            application_name,
            False,
            effective,
            ClientId(client_id),
            TokenId(number),
            calls_per_minute=calls_per_minute,
        )
    else:
        is_held = is_active == 1 and is_in_audience == 1
        caller = Caller(
            CallerKind.PERSON,
            PrincipalId(user),
            full_name(firstname or "", lastname or "", login or ""),
            is_administrator == 1,
            effective,
            ClientId(client_id),
            TokenId(number),
            language,
            calls_per_minute=calls_per_minute,
        )
    if user_ends_at is not None:  # a token ends with the account that it acts for
        expires_at = min(expires_at, user_ends_at)
    return Bearer(digest, expires_at, ended_at, is_suspended == 1, is_held, caller, are_policies == 1, jkt)


def _issued(
    number: int,
    client_id: str,
    application_name: str,
    user: int | None,
    scopes: int,
    issued_at: Instant,
    expires_at: Instant,
    ended_at: Instant | None,
    last_used_at: Instant | None,
    resource: str | None,
) -> IssuedToken:
    return IssuedToken(
        TokenId(number),
        ClientId(client_id),
        application_name,
        None if user is None else PrincipalId(user),
        Scopes(scopes),
        issued_at,
        expires_at,
        ended_at,
        last_used_at,
        resource,
    )


_ISSUED: Final = select(
    tokens.c.id,
    applications.c.client_id,
    applications.c.name,
    tokens.c.user_id,
    tokens.c.scopes.bitwise_and(applications.c.scopes),
    tokens.c.issued_at,
    tokens.c.expires_at,
    _ENDED_AT,
    tokens.c.last_used_at,
    tokens.c.resource,
).select_from(_WITH_ITS_OWNERS)

BEARER = Sql(
    select(
        tokens.c.id,
        tokens.c.digest,
        tokens.c.scopes,
        tokens.c.expires_at,
        _ENDED_AT,
        applications.c.client_id,
        applications.c.name,
        applications.c.scopes,
        applications.c.is_suspended,
        applications.c.principal_id,
        tokens.c.user_id,
        users.c.login,
        users.c.firstname,
        users.c.lastname,
        users.c.language,
        users.c.is_active,
        users.c.is_administrator,
        users.c.expires_at,
        # Most platforms have none, and then nobody's have to be looked for.
        case((exists(select(access_policies.c.target_id)), 1), else_=0),
        tokens.c.jkt,
        applications.c.requests_per_minute,
        IS_IN_AUDIENCE,
    )
    .select_from(_WITH_ITS_OWNERS)
    .where(tokens.c.id == bindparam("id")),
    _bearer,
)
FIND = Sql(_ISSUED.where(tokens.c.id == bindparam("id")), _issued)
LIVE_OF_APPLICATION = Sql(
    _ISSUED.where(tokens.c.application_id == bindparam("application_id"), *_LIVE)
    .order_by(tokens.c.id.desc())
    .limit(bindparam("limit")),
    _issued,
)

LIVE_OF_USER = Sql(
    _ISSUED.where(tokens.c.user_id == bindparam("user_id"), *_LIVE)
    .order_by(tokens.c.id.desc())
    .limit(bindparam("limit")),
    _issued,
)
FAMILY = Sql(select(tokens.c.family).where(tokens.c.id == bindparam("id")), lambda family: family)
FAMILY_OF_REFRESH = Sql(
    select(refresh_tokens.c.family).where(
        refresh_tokens.c.id == bindparam("id"), refresh_tokens.c.digest == bindparam("digest")
    ),
    int,
)


def _count_live(owner: ColumnElement[bool]) -> Select[int]:
    live = select(tokens.c.id).select_from(_WITH_ITS_OWNERS).where(owner, *_LIVE).limit(MOST_COUNTED)
    return select(func.count()).select_from(live.subquery())


COUNT_LIVE_OF_APPLICATION = Sql(_count_live(tokens.c.application_id == bindparam("application_id")), int)
COUNT_LIVE_OF_USER = Sql(_count_live(tokens.c.user_id == bindparam("user_id")), int)
STORE = Sql(insert(tokens))
REVOKE = Sql(update(tokens).where(tokens.c.id == bindparam("id")).values(revoked_at=bindparam("now")))
REVOKE_OF_APPLICATION = Sql(
    update(applications)
    .where(applications.c.id == bindparam("application_id"))
    .values(token_generation=applications.c.token_generation + 1, tokens_revoked_at=bindparam("now")),
)
REVOKE_OF_USER = Sql(
    update(users)
    .where(users.c.id == bindparam("user_id"))
    .values(token_generation=users.c.token_generation + 1, tokens_revoked_at=bindparam("now")),
)
# Either may be left out: then it holds for every row.
_SOME: Final = (
    tokens.c.application_id == bindparam("of_application"),
    or_(bindparam("user", type_=BigInteger).is_(None), tokens.c.user_id == bindparam("user")),
    tokens.c.issued_at < bindparam("before"),
    tokens.c.revoked_at.is_(None),
    tokens.c.expires_at > bindparam("at"),
)
REVOKE_SOME = Sql(update(tokens).where(*_SOME).values(revoked_at=bindparam("at")))
REVOKE_SOME_REFRESH = Sql(
    update(refresh_tokens)
    .where(
        refresh_tokens.c.application_id == bindparam("of_application"),
        or_(bindparam("user", type_=BigInteger).is_(None), refresh_tokens.c.user_id == bindparam("user")),
        refresh_tokens.c.issued_at < bindparam("before"),
        refresh_tokens.c.revoked_at.is_(None),
    )
    .values(revoked_at=bindparam("at"))
)


def _forget_some(waiting: Table) -> Sql[None]:
    """What was allowed and not fetched yet would become tokens of a later moment."""
    return Sql(
        delete(waiting).where(
            waiting.c.application_id == bindparam("of_application"),
            or_(bindparam("user", type_=BigInteger).is_(None), waiting.c.user_id == bindparam("user")),
            waiting.c.issued_at < bindparam("before"),
            waiting.c.claimed_at.is_(None),
        )
    )


FORGET_SOME_CODES = _forget_some(codes)
FORGET_SOME_DEVICES = _forget_some(device_codes)
USED = Sql(
    update(tokens)
    .where(
        tokens.c.id == bindparam("id"),
        or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < bindparam("at")),
    )
    .values(last_used_at=bindparam("at")),
)

_OLDEST: Final = select(tokens.c.id, tokens.c.expires_at).order_by(tokens.c.id).limit(bindparam("limit")).subquery()
# Ids are minted in the order of time, so the oldest rows are the first: no index on `expires_at`, which every insert
# would pay for. A row among them that is not over yet holds nothing up for longer than a token can live.
SWEEP = Sql(
    delete(tokens).where(tokens.c.id.in_(select(_OLDEST.c.id).where(_OLDEST.c.expires_at < bindparam("before")))),
)


class SqlBearers:
    """See `kernel.ports.Bearers`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, token: TokenId) -> Bearer | None:
        """One statement, three rows by their numbers. A token whose application is gone is unknown."""
        return self._session.one(BEARER, id=token)


class SqlIssuedTokens:
    """See `kernel.ports.IssuedTokens`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_application(self, application: Application, now: Instant, *, limit: int = 200) -> Sequence[IssuedToken]:
        return self._session.all(LIVE_OF_APPLICATION, application_id=application.id, now=now, limit=limit)

    def count_live(self, application: Application, now: Instant) -> int:
        """How many are live, counted up to `MOST_COUNTED`."""
        return self._session.one(COUNT_LIVE_OF_APPLICATION, application_id=application.id, now=now) or 0

    def find(self, token: TokenId) -> IssuedToken | None:
        return self._session.one(FIND, id=token)

    def give(
        self,
        application: Application,
        user: PrincipalId,
        token: TokenId,
        digest: bytes,
        *,
        expires_at: Instant,
        now: Instant,
    ) -> None:
        owners = self._session.one(OWNERS, client_id=application.client_id, user=user)
        assert owners is not None  # noqa: S101 - both were just found
        number, generation, user_generation = owners
        self._session.run(
            STORE,
            id=token,
            digest=digest,
            application_id=number,
            generation=generation,
            user_id=user,
            user_generation=user_generation,
            scopes=application.scopes.bits,
            issued_at=now,
            expires_at=expires_at,
            revoked_at=None,
            last_used_at=None,
            family=None,
            jkt=None,
            resource=None,
        )

    def revoke(self, token: TokenId, now: Instant) -> bool:
        found = self.find(token)
        if found is None or found.revoked_at is not None or found.expires_at <= now:
            return False
        family = self._session.one(FAMILY, id=token)
        if family is not None:
            self._end_family(family, now)
            return True
        return self._session.run(REVOKE, id=token, now=now) == 1

    def revoke_refresh(self, number: int, digest: bytes, now: Instant) -> bool:
        family = self._session.one(FAMILY_OF_REFRESH, id=number, digest=digest)
        if family is not None:
            self._end_family(family, now)
        return family is not None

    def _end_family(self, family: int, now: Instant) -> None:
        self._session.run(END_TOKENS_OF_FAMILY, of=family, at=now)
        self._session.run(END_REFRESH_OF_FAMILY, of=family, at=now)

    def of_user(self, user: PrincipalId, now: Instant, *, limit: int = 200) -> Sequence[IssuedToken]:
        return self._session.all(LIVE_OF_USER, user_id=user, now=now, limit=limit)

    def used(self, token: TokenId, at: Instant) -> None:
        self._session.run(USED, id=token, at=at)

    def revoke_of_application(self, application: Application, now: Instant) -> int:
        """One row changes. How many were live, counted up to `MOST_COUNTED`."""
        ended = self.count_live(application, now)
        self._session.run(REVOKE_OF_APPLICATION, application_id=application.id, now=now)
        return ended

    def revoke_some(
        self, application: Application, now: Instant, *, user: PrincipalId | None, before: Instant | None
    ) -> int:
        facts = {"of_application": application.id, "user": user, "before": before or now + 1, "at": now}
        ended = self._session.run(REVOKE_SOME, **facts)
        self._session.run(REVOKE_SOME_REFRESH, **facts)
        del facts["at"]
        self._session.run(FORGET_SOME_CODES, **facts)
        self._session.run(FORGET_SOME_DEVICES, **facts)
        return ended

    def revoke_of_user(self, user: PrincipalId, now: Instant) -> int:
        """One row changes. How many were live, counted up to `MOST_COUNTED`."""
        ended = self._session.one(COUNT_LIVE_OF_USER, user_id=user, now=now) or 0
        self._session.run(REVOKE_OF_USER, user_id=user, now=now)
        return ended
