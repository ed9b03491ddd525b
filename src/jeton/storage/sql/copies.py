"""Copies of folders with all below them, made by the database itself: three statements, however many rows.

What is copied is numbered in the order of its ids: the n-th node becomes `base + n`, and if it is a file, its version
`base + count + n`. Bytes are shared: a blob never changes, and is doomed with the last version that names it.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, case, func, insert, literal_column, null, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.tree import Folder, NodeKind, sibling_key
from jeton.kit.clock import Instant
from jeton.storage.sql.numbers import NODE, next_number
from jeton.storage.sql.schema.tree import nodes, totals, versions
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.tree_statements import SUBTREE


class _Digits(ColumnElement[str]):
    """A whole number as sixteen hexadecimal digits."""

    inherit_cache = False
    type = Text()

    def __init__(self, number: ColumnElement[int]) -> None:
        self.number = number


@compiles(_Digits, "sqlite")
def _digits_sqlite(element: _Digits, compiler: SQLCompiler, **options: Any) -> str:
    return f"printf('%016x', {compiler.process(element.number, **options)})"


@compiles(_Digits, "postgresql")
def _digits_postgresql(element: _Digits, compiler: SQLCompiler, **options: Any) -> str:
    return f"lpad(to_hex({compiler.process(element.number, **options)}), 16, '0')"


_numbered = select(SUBTREE.c.id, func.row_number().over(order_by=SUBTREE.c.id).label("place")).cte("numbered")
_parents = _numbered.alias("parents")
_base: Final = bindparam("base", type_=BigInteger)
_node: Final = _base + _numbered.c.place
_version: Final = _base + bindparam("count", type_=BigInteger) + _numbered.c.place
_is_top: Final = nodes.c.id == bindparam("id")
_is_file: Final = nodes.c.kind == NodeKind.FILE.value


def _number(text: str) -> ColumnElement[int]:
    return literal_column(text, type_=BigInteger)


NODES: Final = Sql(
    insert(nodes).from_select(
        ["id", "parent_id", "kind", "name", "name_key", "space", "owner_id", "created_at", "modified_at",
         "purge_after_days", "quota_bytes", "guid", "version_id", "versions", "trash_id"],
        select(
            _node,
            case((_is_top, bindparam("target", type_=BigInteger)), else_=_base + _parents.c.place),
            nodes.c.kind,
            case((_is_top, bindparam("new_name", type_=Text)), else_=nodes.c.name),
            case((_is_top, bindparam("new_key", type_=Text)), else_=nodes.c.name_key),
            null(),
            bindparam("owner", type_=BigInteger),
            bindparam("at", type_=BigInteger),
            nodes.c.modified_at,
            _number("0"),
            _number("-1"),
            case((_is_file, bindparam("guids", type_=Text) + _Digits(_node)), else_=null()),
            case((_is_file, _version), else_=null()),
            case((_is_file, _number("1")), else_=_number("0")),
            null(),
        ).select_from(
            _numbered.join(nodes, nodes.c.id == _numbered.c.id).outerjoin(_parents, _parents.c.id == nodes.c.parent_id)
        ),
    )
)  # fmt: skip
VERSIONS: Final = Sql(
    insert(versions).from_select(
        ["id", "node_id", "blob_id", "size_bytes", "md5", "sha256", "author_id", "created_at", "modified_at",
         "stored_at", "replaced_at"],
        select(
            _version,
            _node,
            versions.c.blob_id,
            versions.c.size_bytes,
            versions.c.md5,
            versions.c.sha256,
            bindparam("owner", type_=BigInteger),
            bindparam("at", type_=BigInteger),
            versions.c.modified_at,
            bindparam("at", type_=BigInteger),
            null(),
        ).select_from(
            _numbered.join(nodes, nodes.c.id == _numbered.c.id).join(versions, versions.c.id == nodes.c.version_id)
        ),
    )
)  # fmt: skip
TOTALS: Final = Sql(
    insert(totals).from_select(
        ["folder_id", "stripe", "files", "folders", "size_bytes", "direct_files", "direct_folders"],
        select(
            _node,
            _number("0"),
            func.sum(totals.c.files),
            func.sum(totals.c.folders),
            func.sum(totals.c.size_bytes),
            func.sum(totals.c.direct_files),
            func.sum(totals.c.direct_folders),
        )
        .select_from(_numbered.join(totals, totals.c.folder_id == _numbered.c.id))
        .group_by(_numbered.c.place),
    )
)


def copy_below(
    session: Session, folder: Folder, target: FolderId, name: str, owner: PrincipalId, now: Instant, *, guids: str
) -> FolderId:
    """Copy the rows of a folder and of all below it; the copy's id. What holds the copy is not counted up.

    `guids` is half of what the new files are known by across their versions; their numbers are the other half.
    """
    count = folder.totals.files + folder.totals.folders + 1
    base = next_number(session, NODE, many=2 * count) - 1
    top = session.one(PLACE, id=folder.id) or 0
    session.run(
        NODES,
        id=folder.id,
        base=base,
        count=count,
        target=target,
        new_name=name,
        new_key=sibling_key(name),
        owner=owner,
        at=now,
        guids=guids,
    )
    session.run(VERSIONS, id=folder.id, base=base, count=count, owner=owner, at=now)
    session.run(TOTALS, id=folder.id, base=base)
    return FolderId(base + top)


PLACE: Final = Sql(select(_numbered.c.place).where(_numbered.c.id == bindparam("id")), int)
