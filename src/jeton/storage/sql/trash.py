"""The trash: kernel.trash.Trash in SQL, and the reaper of what was destroyed.

Destroying marks an entry, whatever hangs below it; the reaper then takes rows away from the leaves, a bounded number in
each transaction, and dooms the bytes that nothing names any more.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, or_, select, update

from jeton.kernel.ids import FolderId, NodeId, PrincipalId
from jeton.kernel.trash import TrashEntry
from jeton.kernel.tree import Folder, NodeKind, Right, Space
from jeton.kernel.treeport import Trashed
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.storage.sql import tree_statements
from jeton.storage.sql.schema.people import principals
from jeton.storage.sql.schema.tree import nodes, totals, trash, versions
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql, in_list
from jeton.storage.sql.tree import SqlTree
from jeton.storage.sql.versions import doom_bytes_of


def _entry(
    number: int,
    node: int,
    kind: int,
    name: str,
    deleted_at: Instant,
    folder_modified_at: Instant,
    owner: int,
    owner_name: str | None,
    version: int | None,
    version_modified_at: Instant | None,
    version_bytes: int | None,
    files: int,
    folders: int,
    size_bytes: int,
    parent: int,
    place: str,
    space: str,
    space_owner: int,
    held: int,
    deleted_by: int,
    deleter_name: str | None,
) -> TrashEntry:
    is_file = kind == NodeKind.FILE
    item = Trashed(
        number,
        name,
        is_file,
        deleted_at,
        folder_modified_at if version_modified_at is None else version_modified_at,
        PrincipalId(owner),
        owner_name or "",
        size_bytes if version_bytes is None else version_bytes,
        1 if is_file else files,
        0 if is_file else folders,
    )
    return TrashEntry(
        item,
        NodeId(node),
        node if version is None else version,
        FolderId(parent),
        place,
        Space(space),
        PrincipalId(space_owner),
        Right(held),
        PrincipalId(deleted_by),
        deleter_name or "",
    )


def _summed(column: ColumnElement[int]) -> Any:
    summed = select(func.coalesce(func.sum(column), 0)).where(totals.c.folder_id == nodes.c.id)
    return summed.correlate(nodes).scalar_subquery()


_owners = principals.alias("owners")
_deleters = principals.alias("deleters")
_ENTRIES: Final[Select[Any]] = (
    select(
        trash.c.id,
        nodes.c.id,
        nodes.c.kind,
        nodes.c.name,
        trash.c.deleted_at,
        nodes.c.modified_at,
        nodes.c.owner_id,
        _owners.c.name,
        versions.c.id,
        versions.c.modified_at,
        versions.c.size_bytes,
        _summed(totals.c.files),
        _summed(totals.c.folders),
        _summed(totals.c.size_bytes),
        trash.c.parent_id,
        trash.c.place,
        trash.c.space,
        trash.c.space_owner_id,
        trash.c.held,
        trash.c.deleted_by,
        _deleters.c.name,
    )
    .select_from(
        trash.join(nodes, nodes.c.id == trash.c.node_id)
        .outerjoin(versions, versions.c.id == nodes.c.version_id)
        .outerjoin(_owners, _owners.c.id == nodes.c.owner_id)
        .outerjoin(_deleters, _deleters.c.id == trash.c.deleted_by)
    )
    .where(trash.c.destroyed_at.is_(None))
)
_COUNT: Final = select(func.count()).select_from(trash).where(trash.c.destroyed_at.is_(None))
_NEWEST: Final = _ENTRIES.order_by(trash.c.deleted_at.desc(), trash.c.id.desc()).limit(bindparam("limit"))
_OLDEST: Final = _ENTRIES.order_by(trash.c.deleted_at, trash.c.id).limit(bindparam("limit"))
_is_theirs: Final = trash.c.deleted_by == bindparam("person")
_is_in_reach: Final = and_(
    trash.c.deleted_by != bindparam("person"),
    or_(
        and_(trash.c.space == Space.PRIVATE.value, trash.c.space_owner_id == bindparam("person")),
        and_(trash.c.space == Space.COMPANY.value, bindparam("company") == 1),
    ),
)

FIND: Final = Sql(_ENTRIES.where(trash.c.id == bindparam("id")), _entry)
OF: Final = Sql(_NEWEST.where(_is_theirs).offset(bindparam("offset")), _entry)
COUNT_OF: Final = Sql(_COUNT.where(_is_theirs), int)
OF_OTHERS: Final = Sql(_NEWEST.where(_is_in_reach).offset(bindparam("offset")), _entry)
COUNT_OF_OTHERS: Final = Sql(_COUNT.where(_is_in_reach), int)
DUE: Final = Sql(_OLDEST.where(trash.c.deleted_at < bindparam("before")), _entry)
_MARK: Final = update(trash).where(trash.c.destroyed_at.is_(None)).values(destroyed_at=bindparam("at"))
DESTROY: Final = Sql(_MARK.where(trash.c.id == bindparam("which")))
DESTROY_OF: Final = Sql(_MARK.where(_is_theirs))
FORGET: Final = Sql(delete(trash).where(trash.c.id == bindparam("which")))


class SqlTrash:
    """See `kernel.trash.Trash`."""

    __slots__ = ("_session", "_tree")

    def __init__(self, session: Session, mint: Mint) -> None:
        self._session = session
        self._tree = SqlTree(session, mint)

    def find(self, entry: int) -> TrashEntry | None:
        return self._session.one(FIND, id=entry)

    def of(self, person: PrincipalId, *, offset: int, limit: int) -> Sequence[TrashEntry]:
        return self._session.all(OF, person=person, offset=offset, limit=limit)

    def count_of(self, person: PrincipalId) -> int:
        return self._session.one(COUNT_OF, person=person) or 0

    def of_others(self, person: PrincipalId, *, company: bool, offset: int, limit: int) -> Sequence[TrashEntry]:
        return self._session.all(OF_OTHERS, person=person, company=int(company), offset=offset, limit=limit)

    def count_of_others(self, person: PrincipalId, *, company: bool) -> int:
        return self._session.one(COUNT_OF_OTHERS, person=person, company=int(company)) or 0

    def due(self, before: Instant, limit: int) -> Sequence[TrashEntry]:
        return self._session.all(DUE, before=before, limit=limit)

    def height(self, entry: TrashEntry) -> int:
        return 0 if entry.item.is_file else self._session.one(tree_statements.HEIGHT, id=entry.node) or 0

    def place_stands(self, entry: TrashEntry) -> bool:
        return self._tree.folder(entry.parent) is not None

    def restore(self, entry: TrashEntry, target: Folder, name: str, now: Instant) -> None:
        self._tree.take_back(entry.node, entry.item, target, name, now)
        self._session.run(FORGET, which=entry.item.id)

    def destroy(self, entry: TrashEntry, now: Instant) -> None:
        self._session.run(DESTROY, which=entry.item.id, at=now)

    def destroy_of(self, person: PrincipalId, now: Instant) -> int:
        return self._session.run(DESTROY_OF, person=person, at=now)


class _Destroyed(NamedTuple):
    entry: int
    node: int
    kind: int


class _Child(NamedTuple):
    id: int
    kind: int


NEXT_DESTROYED: Final = Sql(
    select(trash.c.id, nodes.c.id, nodes.c.kind)
    .join(nodes, nodes.c.id == trash.c.node_id)
    .where(trash.c.destroyed_at.is_not(None))
    .order_by(trash.c.destroyed_at, trash.c.id)
    .limit(1),
    _Destroyed,
)
CHILDREN: Final = Sql(
    select(nodes.c.id, nodes.c.kind).where(nodes.c.parent_id == bindparam("parent")).limit(bindparam("limit")), _Child
)
DOOM_OF: Final = doom_bytes_of("node_id", "files")
DELETE_VERSIONS: Final = Sql(delete(versions).where(in_list(versions.c.node_id, "files")))
DELETE_TOTALS: Final = Sql(delete(totals).where(in_list(totals.c.folder_id, "folders")))
DELETE_NODES: Final = Sql(delete(nodes).where(in_list(nodes.c.id, "gone")))


def reap(session: Session, now: Instant, *, limit: int) -> int:
    """Take away up to `limit` nodes of what was destroyed, from the leaves; how many. Called as long as it gives any.

    Rights given on folders go with them.
    """
    left = limit
    while left > 0:
        top = session.one(NEXT_DESTROYED)
        if top is None:
            break
        left = _reap_below(session, top, now, left)
    return limit - left


def _reap_below(session: Session, top: _Destroyed, now: Instant, left: int) -> int:
    """Go down from a destroyed top as long as there is something `left` to do; what is left then."""
    way = [top.node] if top.kind == NodeKind.FOLDER else []
    if not way:
        session.run(FORGET, which=top.entry)
        _reap_files(session, [top.node], now)
        return left - 1
    while way and left > 0:
        children = session.all(CHILDREN, parent=way[-1], limit=left)
        files = [child.id for child in children if child.kind == NodeKind.FILE]
        folders = [child.id for child in children if child.kind == NodeKind.FOLDER]
        if files:
            _reap_files(session, files, now)
            left -= len(files)
        if folders:
            way += folders
        elif not files:
            emptied = way.pop()
            if not way:
                session.run(FORGET, which=top.entry)
            session.run(DELETE_TOTALS, folders=session.bound([emptied]))
            session.run(DELETE_NODES, gone=session.bound([emptied]))
            left -= 1
    return left


def _reap_files(session: Session, files: list[int], now: Instant) -> None:
    bound = session.bound(files)
    session.run(DOOM_OF, files=bound, since=now)
    session.run(DELETE_VERSIONS, files=bound)
    session.run(DELETE_NODES, gone=bound)
