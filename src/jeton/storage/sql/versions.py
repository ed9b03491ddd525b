"""Versions of files: kernel.versions.Versions in SQL."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from jeton.kernel.ids import FileId, FolderId, NodeId
from jeton.kernel.tree import File, Folder
from jeton.kernel.versions import OldVersion
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.storage.sql.schema.tree import blob_doomed, nodes, versions
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql, in_list
from jeton.storage.sql.tree import SqlTree
from jeton.storage.sql.tree_statements import OVERDUE, VERSIONS_OF


def _old(number: int, node: int, name: str, current: int) -> OldVersion:
    return OldVersion(FileId(number), NodeId(node), name, FileId(current))


_OLD: Final = select(versions.c.id, nodes.c.id, nodes.c.name, nodes.c.version_id).join(
    nodes, nodes.c.id == versions.c.node_id
)
# The index holds the files that have more than one; said in its own words, so that it is used.
MANY: Final = Sql(
    select(nodes.c.id)
    .where(nodes.c.versions > literal_column("1"), nodes.c.versions > bindparam("count"))
    .order_by(nodes.c.versions.desc())
    .limit(bindparam("limit")),
    NodeId,
)
BEYOND: Final = Sql(
    _OLD.where(versions.c.node_id == bindparam("node"))
    .order_by(versions.c.id.desc())
    .offset(bindparam("count"))
    .limit(bindparam("limit")),
    _old,
)
REPLACED: Final = Sql(
    _OLD.where(versions.c.replaced_at.is_not(None), versions.c.replaced_at < bindparam("before"))
    .order_by(versions.c.replaced_at)
    .limit(bindparam("limit")),
    _old,
)
# The folders that are purged; said in the words of their index.
PURGED: Final = Sql(
    select(nodes.c.id).where(nodes.c.purge_after_days > literal_column("0")).order_by(nodes.c.id), FolderId
)


def doom_bytes_of(column: str, those: str) -> Sql[None]:
    """Doom the bytes of the versions whose `column` is in the list `those`, but what another version holds as well."""
    others = versions.alias("others")
    bytes_of = (
        select(versions.c.blob_id, bindparam("since"))
        .where(
            in_list(versions.c[column], those),
            ~select(others.c.id)
            .where(others.c.blob_id == versions.c.blob_id, ~in_list(others.c[column], those))
            .exists(),
        )
        .group_by(versions.c.blob_id)
    )
    return Sql(insert(blob_doomed).from_select(["blob_id", "since"], bytes_of).on_conflict_do_nothing())


DOOM: Final = doom_bytes_of("id", "gone")
DELETE: Final = Sql(delete(versions).where(in_list(versions.c.id, "gone")))
FEWER: Final = Sql(
    update(nodes).where(nodes.c.id == bindparam("node")).values(versions=nodes.c.versions - bindparam("less"))
)


class SqlVersions:
    """See `kernel.versions.Versions`."""

    __slots__ = ("_session", "_tree")

    def __init__(self, session: Session, mint: Mint) -> None:
        self._session = session
        self._tree = SqlTree(session, mint)

    def of(self, file: File, *, offset: int, limit: int) -> Sequence[File]:
        return self._session.all(VERSIONS_OF, node=file.node, offset=offset, limit=limit)

    def beyond(self, count: int, limit: int) -> Sequence[OldVersion]:
        found: list[OldVersion] = []
        for node in self._session.all(MANY, count=count, limit=limit):
            if len(found) >= limit:
                break
            found += self._session.all(BEYOND, node=node, count=count, limit=limit - len(found))
        return found

    def replaced(self, before: Instant, limit: int) -> Sequence[OldVersion]:
        return self._session.all(REPLACED, before=before, limit=limit)

    def purged(self) -> Sequence[Folder]:
        found = (self._tree.folder(number) for number in self._session.all(PURGED))
        return [held[0] for held in found if held is not None and held[1].archive is None]

    def overdue(self, folder: Folder, before: Instant, limit: int) -> Sequence[File]:
        return self._session.all(OVERDUE, id=folder.id, before=before, limit=limit)

    def drop(self, node: NodeId, versions: Sequence[FileId], now: Instant) -> None:
        gone = self._session.bound(versions)
        self._session.run(DOOM, gone=gone, since=now)
        dropped = self._session.run(DELETE, gone=gone)
        self._session.run(FEWER, node=node, less=dropped)
