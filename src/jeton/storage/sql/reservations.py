"""The room that open uploads reserve: kept for each folder and for all above it, and carried along when one moves.

In a table of its own, and not beside the counts of folders: it means nothing in another database (a backup leaves it
out), and most folders have none.
"""

from typing import Final

from sqlalchemy import BigInteger, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from jeton.kernel.ids import FolderId
from jeton.storage.sql import tree_statements
from jeton.storage.sql.schema.tree import nodes
from jeton.storage.sql.schema.uploads import reservations
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql, in_list

OF: Final = Sql(select(reservations.c.size_bytes).where(reservations.c.folder_id == bindparam("folder")), int)
_add = insert(reservations).from_select(
    ["folder_id", "size_bytes"],
    select(nodes.c.id, bindparam("more", type_=BigInteger)).where(in_list(nodes.c.id, "above")),
)
ADD: Final = Sql(
    _add.on_conflict_do_update(
        index_elements=[reservations.c.folder_id],
        set_={"size_bytes": reservations.c.size_bytes + _add.excluded.size_bytes},
    )
)
FORGET: Final = Sql(
    delete(reservations).where(in_list(reservations.c.folder_id, "above"), reservations.c.size_bytes == 0)
)


def reserved(session: Session, folder: FolderId) -> int:
    """What open uploads into a folder, and all below it, will take."""
    return session.one(OF, folder=folder) or 0


def reserve(session: Session, folder: FolderId, more: int) -> None:
    """Add to a folder and to all above it, also in the trash; nothing when the folder is there no more."""
    if not more:
        return
    above = session.bound([number for number, *_ in session.all(tree_statements.WAY_UP, id=folder)])
    session.run(ADD, above=above, more=more)
    if more < 0:
        session.run(FORGET, above=above)


def carry(session: Session, folder: FolderId, parent: FolderId, sign: int) -> None:
    """Take along what is reserved in a folder that comes to (1), or goes from (-1), a parent."""
    reserve(session, parent, sign * reserved(session, folder))
