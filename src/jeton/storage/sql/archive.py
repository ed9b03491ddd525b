"""The archive: kernel.archive.Archive in SQL."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import and_, bindparam, func, insert, or_, select

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.tree import File, Folder, Lineage, NodeKind, Space, Totals
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.storage.sql import tree_statements
from jeton.storage.sql.places import node_of
from jeton.storage.sql.schema.archive import archive
from jeton.storage.sql.schema.tree import nodes, totals, versions
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.tree import SqlTree

ADD: Final = Sql(insert(archive))

_archived: Final = archive.join(nodes, nodes.c.id == archive.c.node_id)
_of_space: Final = or_(
    bindparam("space") == "",
    and_(archive.c.space == bindparam("space"), archive.c.space_owner_id == bindparam("owner")),
)
FILES_HELD: Final = Sql(
    select(func.count(), func.coalesce(func.sum(versions.c.size_bytes), 0))
    .select_from(_archived.join(versions, versions.c.id == nodes.c.version_id))
    .where(_of_space),
    lambda count, size: (int(count), int(size)),
)
FOLDERS_HELD: Final = Sql(
    select(
        func.count(archive.c.node_id.distinct()),
        func.coalesce(func.sum(totals.c.files), 0),
        func.coalesce(func.sum(totals.c.folders), 0),
        func.coalesce(func.sum(totals.c.size_bytes), 0),
    )
    .select_from(_archived.outerjoin(totals, totals.c.folder_id == nodes.c.id))
    .where(_of_space, nodes.c.kind == NodeKind.FOLDER.value),
    lambda count, files, folders, size: (int(count), int(files), int(folders), int(size)),
)


class SqlArchive:
    """See `kernel.archive.Archive`."""

    __slots__ = ("_session", "_tree")

    def __init__(self, session: Session, mint: Mint) -> None:
        self._session = session
        self._tree = SqlTree(session, mint)

    def put(self, node: Folder | File, *, place: str, by: PrincipalId, now: Instant) -> None:
        hung = self._tree.place(node)
        self._tree.take_away(node, now)
        self._session.run(
            ADD,
            node_id=node_of(node),
            parent_id=node.parent or 0,
            place=place,
            space=hung.space.value,
            space_owner_id=hung.space_owner,
            archived_at=now,
            archived_by=by,
        )

    def add_folder(
        self, home: Folder, place: Lineage, name: str, *, owner: PrincipalId, created_at: Instant, modified_at: Instant
    ) -> FolderId:
        number = self._tree.add_loose_folder(name, owner=owner, created_at=created_at, modified_at=modified_at)
        self._session.run(
            ADD,
            node_id=number,
            parent_id=home.id,
            place="/".join((*(folder.name for folder in place.above), home.name)),
            space=place.space.value,
            space_owner_id=place.space_owner,
            archived_at=created_at,
            archived_by=owner,
        )
        return number

    def move(self, node: Folder | File, target: Folder, name: str, now: Instant) -> None:
        self._session.run(tree_statements.LEAVE_ARCHIVE, node=node_of(node))
        self._tree.move(node, target, name, now)

    def of(self, home: Folder, limit: int) -> tuple[Sequence[Folder], Sequence[File]]:
        folders = self._session.all(tree_statements.ARCHIVED_FOLDERS, home=home.id, limit=limit)
        files = self._session.all(tree_statements.ARCHIVED_FILES, home=home.id, limit=limit)
        return [folder._replace(parent=home.id) for folder in folders], [
            file._replace(parent=home.id) for file in files
        ]

    def held(self, space: Space, owner: PrincipalId) -> Totals:
        return self._held(space.value, owner)

    def everything(self) -> Totals:
        return self._held("", 0)

    def _held(self, space: str, owner: int) -> Totals:
        loose = self._session.one(FILES_HELD, space=space, owner=owner)
        below = self._session.one(FOLDERS_HELD, space=space, owner=owner)
        assert loose is not None and below is not None  # noqa: S101, PT018 - sums have a row
        return Totals(loose[0] + below[1], below[0] + below[2], loose[1] + below[3], loose[0], below[0])
