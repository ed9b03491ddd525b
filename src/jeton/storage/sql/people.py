"""Accounts: `kernel.ports.People` in SQL. The database holds the uniqueness of logins, on the folded login."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.people import User
from jeton.kit.clock import Instant
from jeton.kit.text import accentless, caseless
from jeton.storage.sql.access import REMOVE as REMOVE_POLICY
from jeton.storage.sql.locks import END_OF_HOLDER
from jeton.storage.sql.numbers import next_number
from jeton.storage.sql.rights import FORGET_TARGET
from jeton.storage.sql.schema.people import USER, pictures, principals, users
from jeton.storage.sql.search import holds_pattern, pattern_of
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql


def _user(
    number: int,
    login: str,
    firstname: str,
    lastname: str,
    email: str,
    phone: str,
    organization: str,
    language: str,
    is_active: int,
    is_administrator: int,
    created_at: Instant,
    password_hash: str,
    private_root: int,
    expires_at: Instant | None,
) -> User:
    return User(
        PrincipalId(number),
        login,
        firstname,
        lastname,
        email,
        phone,
        organization,
        language,
        is_active == 1,
        is_administrator == 1,
        created_at,
        password_hash,
        FolderId(private_root),
        expires_at,
    )


_USER: Final = (
    users.c.id,
    users.c.login,
    users.c.firstname,
    users.c.lastname,
    users.c.email,
    users.c.phone,
    users.c.organization,
    users.c.language,
    users.c.is_active,
    users.c.is_administrator,
    users.c.created_at,
    users.c.password_hash,
    users.c.private_root,
    users.c.expires_at,
)


FIND = Sql(select(*_USER).where(users.c.id == bindparam("id")), _user)
FIND_BY_LOGIN = Sql(select(*_USER).where(users.c.login_key == bindparam("key")), _user)
FIND_BY_EMAIL = Sql(select(*_USER).where(users.c.email_key == bindparam("key")).limit(2), _user)
PAGE = Sql(
    select(*_USER)
    .where(holds_pattern(users.c.search_key))
    .order_by(users.c.login_key)
    .limit(bindparam("limit"))
    .offset(bindparam("offset")),
    _user,
)
COUNT = Sql(select(func.count()).select_from(users).where(holds_pattern(users.c.search_key)), int)
COUNT_ACTIVE_ADMINISTRATORS = Sql(
    select(func.count())
    .select_from(users)
    .where(users.c.is_active == 1, users.c.is_administrator == 1, users.c.expires_at.is_(None)),
    int,
)
ID_OF_LOGIN = Sql(select(users.c.id).where(users.c.login_key == bindparam("key")), PrincipalId)
ADD_PRINCIPAL = Sql(insert(principals))
RENAME_PRINCIPAL = Sql(
    update(principals).where(principals.c.id == bindparam("id")).values(name=bindparam("name")),
)
ADD = Sql(insert(users))
CHANGE = Sql(
    update(users)
    .where(users.c.id == bindparam("id"))
    .values(
        {
            column: bindparam(column.name)
            for column in (
                users.c.login,
                users.c.login_key,
                users.c.firstname,
                users.c.lastname,
                users.c.email,
                users.c.email_key,
                users.c.search_key,
                users.c.phone,
                users.c.organization,
                users.c.language,
                users.c.is_active,
                users.c.is_administrator,
                users.c.private_root,
                users.c.expires_at,
            )
        }
    ),
)
SET_PASSWORD = Sql(
    update(users).where(users.c.id == bindparam("id")).values(password_hash=bindparam("password_hash")),
)
REMOVE = Sql(delete(users).where(users.c.id == bindparam("id")))
PICTURE = Sql(select(pictures.c.png).where(pictures.c.user_id == bindparam("id")), bytes)
ADD_PICTURE = Sql(insert(pictures))
REMOVE_PICTURE = Sql(delete(pictures).where(pictures.c.user_id == bindparam("id")))


class SqlPeople:
    """See `kernel.ports.People`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, user: PrincipalId) -> User | None:
        return self._session.one(FIND, id=user)

    def find_by_identifier(self, identifier: str) -> User | None:
        key = caseless(identifier)
        if not key:
            return None
        by_login = self._session.one(FIND_BY_LOGIN, key=key)
        if by_login is not None:
            return by_login
        by_email = self._session.all(FIND_BY_EMAIL, key=key)
        return by_email[0] if len(by_email) == 1 else None

    def page(self, *, search: str, offset: int, limit: int) -> Sequence[User]:
        return self._session.all(PAGE, pattern=pattern_of(search), offset=offset, limit=limit)

    def count(self, *, search: str = "") -> int:
        return self._session.one(COUNT, pattern=pattern_of(search)) or 0

    def count_active_administrators(self) -> int:
        return self._session.one(COUNT_ACTIVE_ADMINISTRATORS) or 0

    def taken_login(self, login: str, *, besides: PrincipalId | None = None) -> bool:
        holder = self._session.one(ID_OF_LOGIN, key=caseless(login))
        return holder is not None and holder != besides

    def add(self, user: User) -> None:
        """Raises AlreadyThere when the login is taken meanwhile."""
        self._session.run(ADD_PRINCIPAL, id=user.id, kind=USER, name=user.full_name)
        self._session.run(
            ADD,
            created_at=user.created_at,
            password_hash=user.password_hash,
            token_generation=0,
            tokens_revoked_at=None,
            **_values(user),
        )

    def change(self, user: User) -> None:
        """Raises AlreadyThere when the login is taken meanwhile."""
        self._session.run(CHANGE, **_values(user))
        self._session.run(RENAME_PRINCIPAL, id=user.id, name=user.full_name)

    def set_password(self, user: PrincipalId, password_hash: str) -> None:
        self._session.run(SET_PASSWORD, id=user, password_hash=password_hash)

    def remove(self, user: PrincipalId) -> None:
        """Its login sessions, second factors, picture, memberships and delegates go with it, its tokens are dead
        without it, its access policy, its locks and the rights it was given are taken back; its name stays on what it
        owned.
        """
        self._session.run(FORGET_TARGET, target=user)
        self._session.run(REMOVE_POLICY, target=user)
        self._session.run(END_OF_HOLDER, holder=user)
        self._session.run(REMOVE, id=user)

    def picture(self, user: PrincipalId) -> bytes | None:
        return self._session.one(PICTURE, id=user)

    def set_picture(self, user: PrincipalId, png: bytes | None) -> None:
        self._session.run(REMOVE_PICTURE, id=user)
        if png is not None:
            self._session.run(ADD_PICTURE, user_id=user, png=png)

    def new_id(self) -> PrincipalId:
        return PrincipalId(next_number(self._session, "principal"))


def _values(user: User) -> dict[str, int | str | None]:
    return {
        "id": user.id,
        "login": user.login,
        "login_key": caseless(user.login),
        "firstname": user.firstname,
        "lastname": user.lastname,
        "email": user.email,
        "email_key": caseless(user.email),
        "search_key": accentless(f"{user.login}\n{user.firstname} {user.lastname} {user.firstname}\n{user.email}"),
        "phone": user.phone,
        "organization": user.organization,
        "language": user.language,
        "is_active": int(user.is_active),
        "is_administrator": int(user.is_administrator),
        "private_root": user.private_root,
        "expires_at": user.expires_at,
    }
