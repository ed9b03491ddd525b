"""What was done to nodes: kernel.activity.Activity in SQL, by the journal's index of subjects.

A line on a file tells the id of a version, one on a folder its own; both are of one sequence of numbers.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, Text, bindparam, cast, or_, select

from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.logs import LogEntry
from jeton.kernel.tree import File, Folder
from jeton.storage.sql.logs import ENTRIES, entry_of
from jeton.storage.sql.schema.platform import audit
from jeton.storage.sql.schema.tree import nodes, versions
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql, in_list

_done: Final = (audit.c.code == "") & in_list(audit.c.action, "actions")


def _newest_first(lines: Select[Any]) -> Sql[LogEntry]:
    return Sql(lines.order_by(audit.c.id.desc()).offset(bindparam("offset")).limit(bindparam("limit")), entry_of)


_versions: Final = select(cast(versions.c.id, Text))
OF_FILE: Final = _newest_first(
    ENTRIES.where(audit.c.subject.in_(_versions.where(versions.c.node_id == bindparam("node"))), _done)
)
_is_listed: Final = in_list(audit.c.subject, "folders")
OF_FOLDERS: Final = _newest_first(ENTRIES.where(_is_listed, _done))
OF_CONTENT: Final = _newest_first(
    ENTRIES.where(
        or_(
            _is_listed,
            audit.c.subject.in_(
                _versions.join(nodes, nodes.c.id == versions.c.node_id).where(nodes.c.parent_id == bindparam("folder"))
            ),
        ),
        _done,
    )
)
NEWEST: Final = Sql(
    select(versions.c.id, nodes.c.parent_id)
    .join(nodes, nodes.c.version_id == versions.c.id)
    .where(versions.c.id < bindparam("below"), nodes.c.id == versions.c.node_id, nodes.c.parent_id.is_not(None))
    .order_by(versions.c.id.desc())
    .limit(bindparam("limit")),
    lambda version, parent: (FileId(version), FolderId(parent)),
)


class SqlActivity:
    """See `kernel.activity.Activity`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_file(self, file: File, actions: Sequence[str], *, offset: int, limit: int) -> Sequence[LogEntry]:
        return self._session.all(
            OF_FILE, node=file.node, actions=self._session.bound(actions), offset=offset, limit=limit
        )

    def of_folder(
        self, folder: Folder, inner: Sequence[FolderId], actions: Sequence[str], *, files: bool, offset: int, limit: int
    ) -> Sequence[LogEntry]:
        asked: dict[str, Any] = {
            "folders": self._session.bound([str(number) for number in (folder.id, *inner)]),
            "actions": self._session.bound(actions),
            "offset": offset,
            "limit": limit,
        }
        if files:
            return self._session.all(OF_CONTENT, folder=folder.id, **asked)
        return self._session.all(OF_FOLDERS, **asked)

    def newest(self, below: FileId, limit: int) -> Sequence[tuple[FileId, FolderId]]:
        return self._session.all(NEWEST, below=below, limit=limit)
