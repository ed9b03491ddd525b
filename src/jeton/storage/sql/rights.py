"""Entries of rights: kernel.entries.Entries, and kernel.entries.EntriesToOne for the doors."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    bindparam,
    delete,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from jeton.kernel.entries import Entry, Said
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.tree import DEEPEST, Ancestor, Folder, Lineage, NodeKind, Right, Space
from jeton.kit.clock import Instant
from jeton.storage.sql.numbers import RIGHT, next_number
from jeton.storage.sql.schema.groups import groups, memberships
from jeton.storage.sql.schema.people import GROUP, principals, users
from jeton.storage.sql.schema.rights import rights
from jeton.storage.sql.schema.tree import nodes
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql, in_list


def _entry(number: int, folder: int, target: int, name: str, kind: str, flags: int) -> Entry:
    return Entry(number, FolderId(folder), PrincipalId(target), name, kind == GROUP, Right(flags))


def _said(folder: int, target: int, flags: int, person: int) -> Said:
    return Said(FolderId(folder), target == person, flags)


_ENTRIES: Final = (
    select(rights.c.id, rights.c.folder_id, rights.c.target_id, principals.c.name, principals.c.kind, rights.c.flags)
    .select_from(rights.join(principals, principals.c.id == rights.c.target_id))
    .order_by(principals.c.kind, principals.c.name, rights.c.id)
)

FIND: Final = Sql(_ENTRIES.where(rights.c.id == bindparam("id")), _entry)
OF_FOLDER: Final = Sql(_ENTRIES.where(rights.c.folder_id == bindparam("folder")), _entry)
OF_FOLDERS: Final = Sql(_ENTRIES.where(in_list(rights.c.folder_id, "folders")), _entry)
ON: Final = Sql(
    _ENTRIES.where(rights.c.folder_id == bindparam("folder"), rights.c.target_id == bindparam("target")), _entry
)
# A principal's row outlives the user or the group.
TARGET: Final = Sql(
    select(principals.c.name, principals.c.kind).where(
        principals.c.id == bindparam("id"),
        or_(
            select(users.c.id).where(users.c.id == principals.c.id).exists(),
            select(groups.c.id).where(groups.c.id == principals.c.id).exists(),
        ),
    ),
    lambda name, kind: (name, kind),
)
ADD: Final = Sql(insert(rights))
CHANGE: Final = Sql(
    update(rights)
    .where(rights.c.id == bindparam("which"))
    .values(flags=bindparam("new_flags"), given_at=bindparam("at"), given_by=bindparam("by"))
)
REMOVE: Final = Sql(delete(rights).where(rights.c.id == bindparam("which")))
FORGET_TARGET: Final = Sql(delete(rights).where(rights.c.target_id == bindparam("target")))


def _concerns_person() -> ColumnElement[bool]:
    person: BindParameter[int] = bindparam("person")
    is_member = (
        select(memberships.c.user_id)
        .where(memberships.c.group_id == rights.c.target_id, memberships.c.user_id == person)
        .exists()
    )
    return or_(rights.c.target_id == person, is_member)


_SAID: Final = select(rights.c.folder_id, rights.c.target_id, rights.c.flags, bindparam("person")).where(
    _concerns_person()
)
SAID: Final = Sql(_SAID.where(in_list(rights.c.folder_id, "folders")), _said)
GIVEN_ON: Final = Sql(
    select(rights.c.folder_id).where(in_list(rights.c.folder_id, "folders"), rights.c.flags != 0).distinct(), FolderId
)

_is_folder = nodes.c.kind == NodeKind.FOLDER.value
_top = select(nodes.c.id).where(nodes.c.parent_id == bindparam("folder"), _is_folder).cte("below", recursive=True)
_below = _top.union_all(select(nodes.c.id).join(_top, nodes.c.parent_id == _top.c.id).where(_is_folder))
SAID_BELOW: Final = Sql(_SAID.where(rights.c.folder_id.in_(select(_below.c.id))), _said)

_groups_of_person = select(memberships.c.group_id).where(memberships.c.user_id == bindparam("person"))
_start = (
    select(rights.c.folder_id.label("start"), rights.c.folder_id.label("id"))
    .where(or_(rights.c.target_id == bindparam("person"), rights.c.target_id.in_(_groups_of_person)))
    .distinct()
    .cte("starts")
)


def _ways_from(start: CTE) -> Sql[tuple[int, int, str, str | None, int]]:
    """From each folder that the CTE names, by `start` and `id`, up to its top; the top first."""
    first = (
        select(
            start.c.start,
            nodes.c.id,
            nodes.c.parent_id,
            nodes.c.name,
            nodes.c.space,
            nodes.c.owner_id,
            (nodes.c.id - nodes.c.id).label("height"),
        )
        .join(nodes, nodes.c.id == start.c.id)
        .cte("ways", recursive=True)
    )
    ways = first.union_all(
        select(
            first.c.start,
            nodes.c.id,
            nodes.c.parent_id,
            nodes.c.name,
            nodes.c.space,
            nodes.c.owner_id,
            first.c.height + 1,
        )
        .join(nodes, nodes.c.id == first.c.parent_id)
        .where(first.c.height < DEEPEST + 1)
    )
    return Sql(
        select(ways.c.start, ways.c.id, ways.c.name, ways.c.space, ways.c.owner_id).order_by(
            ways.c.start, ways.c.height.desc()
        ),
        lambda start, number, name, space, owner: (start, number, name, space, owner),
    )


WAYS: Final = _ways_from(_start)
WAYS_OF: Final = _ways_from(
    select(nodes.c.id.label("start"), nodes.c.id.label("id")).where(in_list(nodes.c.id, "folders")).cte("starts")
)
SAID_TO: Final = Sql(
    union_all(
        select(rights.c.target_id, rights.c.folder_id, literal(1), rights.c.flags).where(
            in_list(rights.c.target_id, "people")
        ),
        select(memberships.c.user_id, rights.c.folder_id, literal(0), rights.c.flags)
        .select_from(memberships.join(rights, rights.c.target_id == memberships.c.group_id))
        .where(in_list(memberships.c.user_id, "people")),
    ),
    lambda person, folder, is_own, flags: (PrincipalId(person), Said(FolderId(folder), bool(is_own), flags)),
)
HIDES: Final = Sql(
    select(rights.c.id)
    .where(
        or_(rights.c.target_id == bindparam("person"), rights.c.target_id.in_(_groups_of_person)),
        rights.c.flags.bitwise_and(Right.READ.value) == 0,
    )
    .limit(1),
    int,
)


class SqlEntries:
    """See `kernel.entries`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    # For the doors.

    def said(self, person: PrincipalId, folders: Sequence[FolderId]) -> Sequence[Said]:
        return self._session.all(SAID, person=person, folders=self._session.bound(folders))

    def said_below(self, person: PrincipalId, folder: FolderId) -> Sequence[Said]:
        return self._session.all(SAID_BELOW, person=person, folder=folder)

    def given_on(self, folders: Sequence[FolderId]) -> Sequence[FolderId]:
        return self._session.all(GIVEN_ON, folders=self._session.bound(folders))

    def hides(self, person: PrincipalId) -> bool:
        return self._session.one(HIDES, person=person) is not None

    def places(self, person: PrincipalId) -> Sequence[tuple[FolderId, Lineage]]:
        return _placed(self._session.all(WAYS, person=person))

    # For those who give rights.

    def find(self, entry: int) -> Entry | None:
        return self._session.one(FIND, id=entry)

    def of_folder(self, folder: Folder) -> Sequence[Entry]:
        return self._session.all(OF_FOLDER, folder=folder.id)

    def above(self, place: Lineage) -> Sequence[Entry]:
        return self._session.all(OF_FOLDERS, folders=self._session.bound([folder.id for folder in place.above]))

    def said_to(self, people: Sequence[PrincipalId]) -> Sequence[tuple[PrincipalId, Said]]:
        return self._session.all(SAID_TO, people=self._session.bound(people))

    def ways(self, folders: Sequence[FolderId]) -> Sequence[tuple[FolderId, Lineage]]:
        return _placed(self._session.all(WAYS_OF, folders=self._session.bound(folders)))

    def on(self, folder: FolderId, target: PrincipalId) -> Entry | None:
        return self._session.one(ON, folder=folder, target=target)

    def target(self, principal: PrincipalId) -> tuple[str, bool] | None:
        found = self._session.one(TARGET, id=principal)
        return None if found is None else (found[0], found[1] == GROUP)

    def put(self, folder: FolderId, target: PrincipalId, rights: Right, *, by: PrincipalId, now: Instant) -> int:
        there = self.on(folder, target)
        if there is not None:
            self._session.run(CHANGE, which=there.id, new_flags=rights.value, at=now, by=by)
            return there.id
        number = next_number(self._session, RIGHT)
        self._session.run(
            ADD, id=number, folder_id=folder, target_id=target, flags=rights.value, given_at=now, given_by=by
        )
        return number

    def remove(self, entry: int) -> None:
        self._session.run(REMOVE, which=entry)


def _placed(rows: Sequence[tuple[int, int, str, str | None, int]]) -> Sequence[tuple[FolderId, Lineage]]:
    ways: dict[int, list[tuple[int, str, str | None, int]]] = {}
    for start, number, name, space, owner in rows:
        ways.setdefault(start, []).append((number, name, space, owner))
    found = []
    for start, way in ways.items():
        _, _, space, owner = way[0]
        if space is not None:  # what is in the trash hangs on nothing
            above = tuple(Ancestor(FolderId(number), name) for number, name, _, _ in way[:-1])
            found.append((FolderId(start), Lineage(Space(space), PrincipalId(owner), above)))
    return found
