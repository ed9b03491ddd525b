"""Invitations: `kernel.invitations.Invitations` in SQL."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, or_, select, update

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.invitations import Asked, Invitable, Invitation
from jeton.kernel.people import full_name
from jeton.kernel.tree import Right
from jeton.kit.clock import Instant
from jeton.storage.sql.schema.groups import memberships
from jeton.storage.sql.schema.people import invitations, principals, users
from jeton.storage.sql.schema.rights import rights
from jeton.storage.sql.search import holds_pattern, pattern_of
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_EVERYBODY: Final = PrincipalId(0)


def _invitation(
    number: int,
    folder: int,
    flags: int,
    email: str,
    name: str,
    source: int,
    source_name: str,
    target: int | None,
    expires_at: Instant | None,
) -> Invitation:
    came = None if target is None else PrincipalId(target)
    return Invitation(
        number, FolderId(folder), Right(flags), email, name, PrincipalId(source), source_name, came, expires_at
    )


def _invitable(number: int, login: str, firstname: str, lastname: str, email: str) -> Invitable:
    return Invitable(PrincipalId(number), full_name(firstname, lastname, login), email)


_INVITATIONS: Final = select(
    invitations.c.id,
    invitations.c.folder_id,
    invitations.c.rights,
    invitations.c.email,
    invitations.c.name,
    invitations.c.source_id,
    principals.c.name,
    invitations.c.target_id,
    invitations.c.expires_at,
).select_from(invitations.join(principals, principals.c.id == invitations.c.source_id))
_mine, _theirs = memberships.alias("mine"), memberships.alias("theirs")
_IS_INVITABLE: Final[tuple[ColumnElement[bool], ...]] = (
    users.c.is_active == 1,
    users.c.id != bindparam("owner"),
    holds_pattern(users.c.search_key),
    ~exists(select(rights.c.id).where(rights.c.folder_id == bindparam("folder"), rights.c.target_id == users.c.id)),
    or_(
        bindparam("known_to") == _EVERYBODY,
        exists(
            select(_theirs.c.user_id)
            .join(_mine, _mine.c.group_id == _theirs.c.group_id)
            .where(_theirs.c.user_id == users.c.id, _mine.c.user_id == bindparam("known_to"))
        ),
    ),
)

FIND: Final = Sql(_INVITATIONS.where(invitations.c.id == bindparam("id")), _invitation)
OF_FOLDER: Final = Sql(
    _INVITATIONS.where(invitations.c.folder_id == bindparam("folder")).order_by(invitations.c.id.desc()), _invitation
)
COUNT_OPEN: Final = Sql(
    select(func.count()).where(
        invitations.c.source_id == bindparam("source"),
        invitations.c.target_id.is_(None),
        invitations.c.expires_at > bindparam("now"),
    ),
    int,
)
ADD: Final = Sql(insert(invitations))
CHANGE: Final = Sql(
    update(invitations)
    .where(invitations.c.id == bindparam("which"))
    .values(rights=bindparam("flags"), target_id=bindparam("target"), expires_at=bindparam("until"))
)
REMOVE: Final = Sql(delete(invitations).where(invitations.c.id == bindparam("id")))
INVITABLE: Final = Sql(
    select(users.c.id, users.c.login, users.c.firstname, users.c.lastname, users.c.email)
    .where(*_IS_INVITABLE)
    .order_by(users.c.login_key)
    .limit(bindparam("limit"))
    .offset(bindparam("offset")),
    _invitable,
)
COUNT_INVITABLE: Final = Sql(select(func.count()).select_from(users).where(*_IS_INVITABLE), int)
# Those that nobody took up go some time after their end, those that were when their folder is gone or with it.
SWEEP: Final = Sql(
    delete(invitations).where(
        invitations.c.id.in_(
            select(invitations.c.id)
            .where(invitations.c.target_id.is_(None), invitations.c.expires_at < bindparam("before"))
            .limit(bindparam("limit"))
        )
    )
)


class SqlInvitations:
    """See `kernel.invitations.Invitations`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, invitation: int) -> Invitation | None:
        return self._session.one(FIND, id=invitation)

    def of_folder(self, folder: FolderId) -> Sequence[Invitation]:
        return self._session.all(OF_FOLDER, folder=folder)

    def count_open(self, source: PrincipalId, now: Instant) -> int:
        return self._session.one(COUNT_OPEN, source=source, now=now) or 0

    def add(self, invitation: Invitation, now: Instant) -> None:
        self._session.run(
            ADD,
            id=invitation.id,
            folder_id=invitation.folder,
            rights=invitation.rights.value,
            email=invitation.email,
            name=invitation.name,
            source_id=invitation.source,
            target_id=invitation.target,
            expires_at=invitation.expires_at,
            created_at=now,
        )

    def change(self, invitation: Invitation) -> None:
        self._session.run(
            CHANGE,
            which=invitation.id,
            flags=invitation.rights.value,
            target=invitation.target,
            until=invitation.expires_at,
        )

    def remove(self, invitation: int) -> None:
        self._session.run(REMOVE, id=invitation)

    def invitable(self, asked: Asked) -> Sequence[Invitable]:
        return self._session.all(INVITABLE, offset=asked.offset, limit=asked.limit, **_of(asked))

    def count_invitable(self, asked: Asked) -> int:
        return self._session.one(COUNT_INVITABLE, **_of(asked)) or 0


def _of(asked: Asked) -> dict[str, object]:
    return {
        "folder": asked.folder,
        "owner": asked.owner,
        "pattern": pattern_of(asked.search),
        "known_to": _EVERYBODY if asked.known_to is None else asked.known_to,
    }
