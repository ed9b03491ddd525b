"""Groups: `kernel.groups.Groups` in SQL. The database holds the uniqueness of names, on the folded name."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, func, insert, or_, select, update

from jeton.kernel.groups import Delegate, Group, Member
from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import full_name
from jeton.kit.text import accentless
from jeton.storage.sql.access import REMOVE as REMOVE_POLICY
from jeton.storage.sql.numbers import DELEGATE, next_number
from jeton.storage.sql.people import ADD_PRINCIPAL, RENAME_PRINCIPAL
from jeton.storage.sql.rights import FORGET_TARGET
from jeton.storage.sql.schema.groups import delegates, groups, memberships
from jeton.storage.sql.schema.people import GROUP, users
from jeton.storage.sql.search import holds_pattern, pattern_of
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql, in_list


def _group(number: int, name: str, created_at: int) -> Group:
    return Group(PrincipalId(number), name, created_at)


def _member(number: int, login: str, firstname: str, lastname: str, is_active: int, is_administrator: int) -> Member:
    name = full_name(firstname, lastname, login)
    return Member(PrincipalId(number), login, name, is_active == 1, is_administrator == 1)


def _delegate(
    number: int, group: int, group_name: str, user: int, login: str, firstname: str, lastname: str
) -> Delegate:
    name = full_name(firstname, lastname, login)
    return Delegate(number, PrincipalId(group), group_name, PrincipalId(user), login, name)


def _seen_by_person() -> ColumnElement[bool]:
    person: BindParameter[int] = bindparam("person")
    return or_(
        select(memberships.c.group_id)
        .where(memberships.c.group_id == groups.c.id, memberships.c.user_id == person)
        .exists(),
        select(delegates.c.group_id).where(delegates.c.group_id == groups.c.id, delegates.c.user_id == person).exists(),
    )


_GROUP: Final = select(groups.c.id, groups.c.name, groups.c.created_at)
_MATCHING: Final = _GROUP.where(holds_pattern(groups.c.name_key))
_COUNT: Final = select(func.count()).select_from(groups).where(holds_pattern(groups.c.name_key))
_MEMBER: Final = select(
    users.c.id, users.c.login, users.c.firstname, users.c.lastname, users.c.is_active, users.c.is_administrator
)
_DELEGATE: Final = (
    select(
        delegates.c.id,
        groups.c.id,
        groups.c.name,
        users.c.id,
        users.c.login,
        users.c.firstname,
        users.c.lastname,
    )
    .select_from(delegates.join(groups, groups.c.id == delegates.c.group_id))
    .join(users, users.c.id == delegates.c.user_id)
    .order_by(users.c.login_key)
)

FIND: Final = Sql(_GROUP.where(groups.c.id == bindparam("id")), _group)
PAGE: Final = Sql(_MATCHING.order_by(groups.c.name_key).limit(bindparam("limit")).offset(bindparam("offset")), _group)
PAGE_SEEN: Final = Sql(
    _MATCHING.where(_seen_by_person())
    .order_by(groups.c.name_key)
    .limit(bindparam("limit"))
    .offset(bindparam("offset")),
    _group,
)
COUNT: Final = Sql(_COUNT, int)
COUNT_SEEN: Final = Sql(_COUNT.where(_seen_by_person()), int)
ID_OF_NAME: Final = Sql(select(groups.c.id).where(groups.c.name_key == bindparam("key")), PrincipalId)
ADD: Final = Sql(insert(groups))
RENAME: Final = Sql(
    update(groups)
    .where(groups.c.id == bindparam("which"))
    .values(name=bindparam("new_name"), name_key=bindparam("new_key"))
)
REMOVE: Final = Sql(delete(groups).where(groups.c.id == bindparam("id")))

MEMBERS: Final = Sql(
    _MEMBER.join(memberships, memberships.c.user_id == users.c.id)
    .where(memberships.c.group_id == bindparam("group"))
    .order_by(users.c.login_key),
    _member,
)
SIZES: Final = Sql(
    select(memberships.c.group_id, func.count())
    .where(in_list(memberships.c.group_id, "groups"))
    .group_by(memberships.c.group_id),
    lambda group, size: (PrincipalId(group), int(size)),
)
HAS_MEMBER: Final = Sql(
    select(memberships.c.user_id).where(
        memberships.c.group_id == bindparam("group"), memberships.c.user_id == bindparam("user")
    ),
    PrincipalId,
)
ADMIT: Final = Sql(
    insert(memberships).from_select(
        ["group_id", "user_id"],
        select(groups.c.id, users.c.id).where(groups.c.id == bindparam("group"), in_list(users.c.id, "users")),
    )
)
DISMISS: Final = Sql(
    delete(memberships).where(memberships.c.group_id == bindparam("group"), in_list(memberships.c.user_id, "users"))
)
PEOPLE: Final = Sql(_MEMBER.where(in_list(users.c.id, "users")), _member)

DELEGATES: Final = Sql(_DELEGATE.where(delegates.c.group_id == bindparam("group")), _delegate)
FIND_DELEGATE: Final = Sql(_DELEGATE.where(delegates.c.id == bindparam("id")), _delegate)
IS_DELEGATE: Final = Sql(
    select(delegates.c.id).where(delegates.c.group_id == bindparam("group"), delegates.c.user_id == bindparam("user")),
    int,
)
LED_BY: Final = Sql(select(delegates.c.group_id).where(delegates.c.user_id == bindparam("user")), PrincipalId)
ADD_DELEGATE: Final = Sql(insert(delegates))
CHANGE_DELEGATE: Final = Sql(
    update(delegates)
    .where(delegates.c.id == bindparam("which"))
    .values(group_id=bindparam("group"), user_id=bindparam("user"))
)
REMOVE_DELEGATE: Final = Sql(delete(delegates).where(delegates.c.id == bindparam("id")))


class SqlGroups:
    """See `kernel.groups.Groups`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, group: PrincipalId) -> Group | None:
        return self._session.one(FIND, id=group)

    def page(self, *, search: str, offset: int, limit: int, seen_by: PrincipalId | None = None) -> Sequence[Group]:
        asked = {"pattern": pattern_of(search), "offset": offset, "limit": limit}
        if seen_by is None:
            return self._session.all(PAGE, **asked)
        return self._session.all(PAGE_SEEN, person=seen_by, **asked)

    def count(self, *, search: str = "", seen_by: PrincipalId | None = None) -> int:
        pattern = pattern_of(search)
        if seen_by is None:
            return self._session.one(COUNT, pattern=pattern) or 0
        return self._session.one(COUNT_SEEN, pattern=pattern, person=seen_by) or 0

    def taken_name(self, name: str, *, besides: PrincipalId | None = None) -> bool:
        holder = self._session.one(ID_OF_NAME, key=accentless(name))
        return holder is not None and holder != besides

    def add(self, group: Group) -> None:
        """Raises AlreadyThere when the name is taken meanwhile."""
        self._session.run(ADD_PRINCIPAL, id=group.id, kind=GROUP, name=group.name)
        self._session.run(
            ADD, id=group.id, name=group.name, name_key=accentless(group.name), created_at=group.created_at
        )

    def rename(self, group: PrincipalId, name: str) -> None:
        """Raises AlreadyThere when the name is taken meanwhile."""
        self._session.run(RENAME, which=group, new_name=name, new_key=accentless(name))
        self._session.run(RENAME_PRINCIPAL, id=group, name=name)

    def remove(self, group: PrincipalId) -> None:
        """Memberships and delegates go by cascade; rights hang on the principal, which stays."""
        self._session.run(FORGET_TARGET, target=group)
        self._session.run(REMOVE_POLICY, target=group)
        self._session.run(REMOVE, id=group)

    def members(self, group: PrincipalId) -> Sequence[Member]:
        return self._session.all(MEMBERS, group=group)

    def sizes(self, groups: Sequence[PrincipalId]) -> Mapping[PrincipalId, int]:
        return dict(self._session.all(SIZES, groups=self._session.bound(groups)))

    def has_member(self, group: PrincipalId, user: PrincipalId) -> bool:
        return self._session.one(HAS_MEMBER, group=group, user=user) is not None

    def admit(self, group: PrincipalId, users: Sequence[PrincipalId]) -> None:
        if users:
            self._session.run(ADMIT, group=group, users=self._session.bound(users))

    def dismiss(self, group: PrincipalId, users: Sequence[PrincipalId]) -> None:
        if users:
            self._session.run(DISMISS, group=group, users=self._session.bound(users))

    def people(self, users: Sequence[PrincipalId]) -> Sequence[Member]:
        return self._session.all(PEOPLE, users=self._session.bound(users))

    def delegates(self, group: PrincipalId) -> Sequence[Delegate]:
        return self._session.all(DELEGATES, group=group)

    def find_delegate(self, delegate: int) -> Delegate | None:
        return self._session.one(FIND_DELEGATE, id=delegate)

    def is_delegate(self, group: PrincipalId, user: PrincipalId) -> bool:
        return self._session.one(IS_DELEGATE, group=group, user=user) is not None

    def led_by(self, user: PrincipalId) -> Sequence[PrincipalId]:
        return self._session.all(LED_BY, user=user)

    def add_delegate(self, group: PrincipalId, user: PrincipalId) -> int:
        """Raises AlreadyThere when the person administers the group already."""
        number = next_number(self._session, DELEGATE)
        self._session.run(ADD_DELEGATE, id=number, group_id=group, user_id=user)
        return number

    def change_delegate(self, delegate: int, *, group: PrincipalId, user: PrincipalId) -> None:
        """Raises AlreadyThere when the person administers the group already."""
        self._session.run(CHANGE_DELEGATE, which=delegate, group=group, user=user)

    def remove_delegate(self, delegate: int) -> None:
        self._session.run(REMOVE_DELEGATE, id=delegate)
