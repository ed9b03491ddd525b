"""Locks: kernel.locks.Locks in SQL, and what the tree asks about them.

Where locks hang is found by going up from each, since there are few of them, and many nodes below a folder.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, insert, literal, select

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.locks import LockKind
from jeton.kernel.tree import DEEPEST, File, Folder
from jeton.kit.clock import Instant
from jeton.storage.sql import tree_statements
from jeton.storage.sql.schema.locks import locks
from jeton.storage.sql.schema.tree import nodes
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

ADD: Final = Sql(insert(locks))
END: Final = Sql(delete(locks).where(locks.c.node_id == bindparam("node")))
END_OF_KIND: Final = Sql(delete(locks).where(locks.c.kind == bindparam("which")))
END_OF_HOLDER: Final = Sql(delete(locks).where(locks.c.holder_id == bindparam("holder")))

_first = (
    select(locks.c.node_id, nodes.c.parent_id.label("above"), literal(0).label("height"))
    .join(nodes, nodes.c.id == locks.c.node_id)
    .cte("ways", recursive=True)
)
_ways = _first.union_all(
    select(_first.c.node_id, nodes.c.parent_id, _first.c.height + 1)
    .join(nodes, nodes.c.id == _first.c.above)
    .where(_first.c.height < DEEPEST + 1)
)
_is_below: Final = locks.c.node_id.in_(select(_ways.c.node_id).where(_ways.c.above == bindparam("folder")))
KINDS_BELOW: Final = Sql(
    select(locks.c.kind).where(_is_below, locks.c.holder_id != bindparam("besides")).distinct(), LockKind
)
END_BELOW: Final = Sql(delete(locks).where(_is_below))


class SqlLocks:
    """See `kernel.locks.Locks`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, file: File, kind: LockKind, *, by: PrincipalId, now: Instant) -> None:
        """Raises AlreadyThere when somebody else took it meanwhile."""
        if file.lock is not None and file.lock.owner == by:
            self.release(file)
        self._session.run(ADD, node_id=file.node, kind=kind.value, holder_id=by, taken_at=now)

    def release(self, file: File) -> None:
        self._session.run(END, node=file.node)

    def in_folder(self, folder: Folder, limit: int) -> Sequence[File]:
        return self._session.all(tree_statements.LOCKED_IN, parent=folder.id, limit=limit)

    def end_of_kind(self, kind: LockKind) -> int:
        return self._session.run(END_OF_KIND, which=kind.value)

    def end_of_holder(self, holder: PrincipalId) -> int:
        return self._session.run(END_OF_HOLDER, holder=holder)


def kinds_below(session: Session, folder: FolderId, besides: PrincipalId) -> Sequence[LockKind]:
    """The kinds of locks that others than somebody hold on files below a folder, at any depth."""
    return session.all(KINDS_BELOW, folder=folder, besides=besides)


def end_with(session: Session, node: Folder | File) -> None:
    """End the locks on a file, or on every file below a folder."""
    if isinstance(node, File):
        session.run(END, node=node.node)
    else:
        session.run(END_BELOW, folder=node.id)
