"""Where nodes hang: up from one to the top of a space, or to what was archived and on from where that was."""

from typing import Final

from sqlalchemy import bindparam, select

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.tree import NOWHERE, Ancestor, Archived, File, Folder, Lineage, Space
from jeton.storage.sql.schema.archive import archive
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.tree_statements import WAY_UP

ORIGIN: Final = Sql(
    select(archive.c.parent_id, archive.c.place, archive.c.space, archive.c.space_owner_id).where(
        archive.c.node_id == bindparam("node")
    ),
    lambda parent, place, space, owner: (FolderId(parent), place, Space(space), PrincipalId(owner)),
)


def node_of(node: Folder | File) -> int:
    """The number of a node, which a file's id is not."""
    return node.node if isinstance(node, File) else node.id


def place_within(session: Session, folder: int, met: frozenset[int] = frozenset()) -> Lineage | None:
    """Where something hangs whose parent is this folder; None in the trash, or when there is no such folder."""
    way = session.all(WAY_UP, id=folder)
    if not way:
        return None
    top, _, space, owner = way[-1]
    chain = tuple(Ancestor(FolderId(number), name) for number, name, _, _ in reversed(way))
    if space is not None:
        return Lineage(Space(space), PrincipalId(owner), chain)
    over = place_archived(session, top, met)
    return None if over is None else over._replace(above=(*over.above, *chain))


def place_of_file(session: Session, file: File) -> Lineage | None:
    """Where a file hangs, in the tree or in the archive; None in the trash."""
    return place_within(session, file.parent) if file.parent != NOWHERE else place_archived(session, file.node)


def place_archived(session: Session, node: int, met: frozenset[int] = frozenset()) -> Lineage | None:
    """Where the top of something archived hung, as that folder hangs now; None for what is not archived.

    That folder may be archived itself by now, even within what came from it: then the way up ends there.
    """
    row = session.one(ORIGIN, node=node)
    if row is None:
        return None
    origin, place, space, owner = row
    home = None if node in met else place_within(session, origin, met | {node})
    stands = home is not None and home.archive is None
    return Lineage(space, owner, () if home is None else home.above, Archived(origin, place, stands))
