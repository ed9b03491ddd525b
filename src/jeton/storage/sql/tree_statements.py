"""The statements of the tree: what is read of folders, files and their places, and how it is changed."""

from typing import Any, Final

from sqlalchemy import Select, bindparam, case, delete, func, insert, literal, select, update
from sqlalchemy.sql.expression import ColumnElement

from jeton.kernel.ids import BlobId, FileId, FolderId, NodeId, PrincipalId
from jeton.kernel.locks import Lock, LockKind
from jeton.kernel.tree import DEEPEST, NOWHERE, File, Folder, NodeKind, Totals
from jeton.kit.clock import Instant
from jeton.storage.sql.schema.archive import archive
from jeton.storage.sql.schema.locks import locks
from jeton.storage.sql.schema.people import principals
from jeton.storage.sql.schema.tree import nodes, totals, trash, versions
from jeton.storage.sql.statement import Sql, in_list


def _folder(
    number: int,
    parent: int | None,
    name: str,
    owner: int,
    owner_name: str | None,
    created_at: Instant,
    modified_at: Instant,
    purge_after_days: int,
    quota_bytes: int,
    files: int,
    folders: int,
    size_bytes: int,
    direct_files: int,
    direct_folders: int,
) -> Folder:
    return Folder(
        FolderId(number),
        None if parent is None else FolderId(parent),
        name,
        PrincipalId(owner),
        owner_name or "",
        created_at,
        modified_at,
        purge_after_days,
        quota_bytes,
        Totals(files, folders, size_bytes, direct_files, direct_folders),
    )


def _file(  # ids as they come: each call of a NewType costs, and a long listing makes fifty thousand
    number: FileId,
    node: NodeId,
    guid: str,
    parent: FolderId,
    name: str,
    owner: PrincipalId,
    owner_name: str | None,
    created_at: Instant,
    modified_at: Instant,
    size_bytes: int,
    md5: str,
    sha256: str,
    blob: BlobId,
    count: int,
    lock: str | None,
    holder: int,
    holder_name: str | None,
    locked_at: Instant,
) -> File:
    return File(
        number,
        node,
        guid,
        parent,
        name,
        owner,
        owner_name or "",
        created_at,
        modified_at,
        size_bytes,
        md5,
        sha256,
        blob,
        count,
        None if lock is None else Lock(LockKind(lock), PrincipalId(holder), holder_name or "", locked_at),
    )


def _file_and_current(*columns: Any) -> tuple[File, FileId]:  # the columns of _file, then the current version's id
    return _file(*columns[:-1]), FileId(columns[-1])


def _folder_and_space(*columns: Any) -> tuple[Folder, str | None]:  # the columns of _folder, then a top's space
    return _folder(*columns[:-1]), columns[-1]


def _summed(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


_FOLDERS: Final[Select[Any]] = (
    select(
        nodes.c.id,
        nodes.c.parent_id,
        nodes.c.name,
        nodes.c.owner_id,
        principals.c.name,
        nodes.c.created_at,
        nodes.c.modified_at,
        nodes.c.purge_after_days,
        nodes.c.quota_bytes,
        _summed(totals.c.files),
        _summed(totals.c.folders),
        _summed(totals.c.size_bytes),
        _summed(totals.c.direct_files),
        _summed(totals.c.direct_folders),
    )
    .select_from(
        nodes.outerjoin(principals, principals.c.id == nodes.c.owner_id).outerjoin(
            totals, totals.c.folder_id == nodes.c.id
        )
    )
    .where(nodes.c.kind == NodeKind.FOLDER.value)
    .group_by(nodes.c.id, principals.c.name)
)
_holders: Final = principals.alias("holders")
_FILE_COLUMNS: Final = (
    versions.c.id,
    nodes.c.id,
    nodes.c.guid,
    nodes.c.parent_id,
    nodes.c.name,
    nodes.c.owner_id,
    principals.c.name,
    versions.c.created_at,
    versions.c.modified_at,
    versions.c.size_bytes,
    versions.c.md5,
    versions.c.sha256,
    versions.c.blob_id,
    nodes.c.versions,
    locks.c.kind,
    locks.c.holder_id,
    _holders.c.name,
    locks.c.taken_at,
)
_OF_NODE: Final = (
    nodes.outerjoin(principals, principals.c.id == nodes.c.owner_id)
    .outerjoin(locks, locks.c.node_id == nodes.c.id)
    .outerjoin(_holders, _holders.c.id == locks.c.holder_id)
)

FOLDER = Sql(_FOLDERS.add_columns(nodes.c.space).where(nodes.c.id == bindparam("id")), _folder_and_space)
FOLDERS_IN = Sql(_FOLDERS.where(nodes.c.parent_id == bindparam("parent")).order_by(nodes.c.name_key), _folder)
FOLDERS_PAGE = Sql(
    _FOLDERS.where(nodes.c.parent_id == bindparam("parent"))
    .order_by(nodes.c.name_key)
    .offset(bindparam("offset"))
    .limit(bindparam("limit")),
    _folder,
)
FOLDERS_BELOW = Sql(_FOLDERS.where(in_list(nodes.c.parent_id, "parents")).order_by(nodes.c.name_key), _folder)
FOLDER_NAMED = Sql(
    _FOLDERS.where(nodes.c.parent_id == bindparam("parent"), nodes.c.name_key == bindparam("name_key")), _folder
)
TOPS = Sql(
    _FOLDERS.where(
        nodes.c.space.is_not(None),
        (nodes.c.space == "company") | ((nodes.c.space == "private") & (nodes.c.owner_id == bindparam("owner"))),
    ).order_by(nodes.c.id),
    _folder,
)
TOTALS_OF = Sql(
    select(
        totals.c.folder_id,
        _summed(totals.c.files),
        _summed(totals.c.folders),
        _summed(totals.c.size_bytes),
        _summed(totals.c.direct_files),
        _summed(totals.c.direct_folders),
    )
    .where(in_list(totals.c.folder_id, "folders"))
    .group_by(totals.c.folder_id),
    lambda folder, *counts: (FolderId(folder), Totals(*counts)),
)
EVERYTHING = Sql(
    select(
        _summed(totals.c.files),
        _summed(totals.c.folders),
        _summed(totals.c.size_bytes),
        _summed(totals.c.direct_files),
        _summed(totals.c.direct_folders),
    )
    .select_from(totals.join(nodes, nodes.c.id == totals.c.folder_id))
    .where(nodes.c.space.is_not(None)),
    Totals,
)
FILE = Sql(
    select(*_FILE_COLUMNS, nodes.c.version_id)
    .select_from(versions.join(_OF_NODE, nodes.c.id == versions.c.node_id))
    .where(versions.c.id == bindparam("id"), nodes.c.parent_id.is_not(None)),
    _file_and_current,
)
VERSIONS_OF = Sql(
    select(*_FILE_COLUMNS)
    .select_from(versions.join(_OF_NODE, nodes.c.id == versions.c.node_id))
    .where(versions.c.node_id == bindparam("node"))
    .order_by(versions.c.id.desc())
    .offset(bindparam("offset"))
    .limit(bindparam("limit")),
    _file,
)
_CURRENT: Final = (
    select(*_FILE_COLUMNS)
    .select_from(_OF_NODE.join(versions, versions.c.id == nodes.c.version_id))
    .where(nodes.c.kind == NodeKind.FILE.value)
)
# What was archived by itself: its parent is `NOWHERE`.
_ARCHIVED_COLUMNS: Final = [literal(NOWHERE) if column is nodes.c.parent_id else column for column in _FILE_COLUMNS]
ARCHIVED_FILE = Sql(
    select(*_ARCHIVED_COLUMNS, nodes.c.version_id)
    .select_from(
        versions.join(_OF_NODE, nodes.c.id == versions.c.node_id).join(archive, archive.c.node_id == nodes.c.id)
    )
    .where(versions.c.id == bindparam("id")),
    _file_and_current,
)
ARCHIVED_FILES = Sql(
    select(*_ARCHIVED_COLUMNS)
    .select_from(
        _OF_NODE.join(versions, versions.c.id == nodes.c.version_id).join(archive, archive.c.node_id == nodes.c.id)
    )
    .where(archive.c.parent_id == bindparam("home"))
    .order_by(nodes.c.name_key, nodes.c.id)
    .limit(bindparam("limit")),
    _file,
)
ARCHIVED_FOLDERS = Sql(
    _FOLDERS.where(
        nodes.c.id.in_(select(archive.c.node_id).where(archive.c.parent_id == bindparam("home"))),
    )
    .order_by(nodes.c.name_key, nodes.c.id)
    .limit(bindparam("limit")),
    _folder,
)
FILES_IN = Sql(_CURRENT.where(nodes.c.parent_id == bindparam("parent")).order_by(nodes.c.name_key), _file)
FILES_BELOW = Sql(_CURRENT.where(in_list(nodes.c.parent_id, "parents")).order_by(nodes.c.name_key), _file)
LOCKED_IN = Sql(
    _CURRENT.where(nodes.c.parent_id == bindparam("parent"), locks.c.kind.is_not(None))
    .order_by(nodes.c.name_key)
    .limit(bindparam("limit")),
    _file,
)
FILE_NAMED = Sql(
    _CURRENT.where(nodes.c.parent_id == bindparam("parent"), nodes.c.name_key == bindparam("name_key")), _file
)

_start = (
    select(nodes.c.id, nodes.c.parent_id, nodes.c.name, nodes.c.space, nodes.c.owner_id, literal(0).label("height"))
    .where(nodes.c.id == bindparam("id"))
    .cte("above", recursive=True)
)
_above = _start.union_all(
    select(nodes.c.id, nodes.c.parent_id, nodes.c.name, nodes.c.space, nodes.c.owner_id, _start.c.height + 1)
    .join(_start, nodes.c.id == _start.c.parent_id)
    # A cycle cannot be made; should one be there all the same, the walk ends.
    .where(_start.c.height < DEEPEST + 1)
)
# From the node itself up to its top: (id, name, space, owner), the nearest first.
WAY_UP = Sql(
    select(_above.c.id, _above.c.name, _above.c.space, _above.c.owner_id).order_by(_above.c.height),
    lambda number, name, space, owner: (number, name, space, owner),
)

_top = (
    select(nodes.c.id, nodes.c.kind, literal(1).label("level"))
    .where(nodes.c.id == bindparam("id"))
    .cte("subtree", recursive=True)
)
# A node and all below it: (id, kind, level).
SUBTREE = _top.union_all(
    select(nodes.c.id, nodes.c.kind, _top.c.level + 1)
    .join(_top, nodes.c.parent_id == _top.c.id)
    .where(_top.c.level < DEEPEST + 2)
)
HEIGHT = Sql(select(func.coalesce(func.max(SUBTREE.c.level), 0)).where(SUBTREE.c.kind == NodeKind.FOLDER.value), int)

_purge_top = select(nodes.c.id).where(nodes.c.id == bindparam("id")).cte("purged", recursive=True)
_purged = _purge_top.union_all(
    select(nodes.c.id)
    .join(_purge_top, nodes.c.parent_id == _purge_top.c.id)
    .where(nodes.c.kind == NodeKind.FOLDER.value, nodes.c.purge_after_days == 0)
)
OVERDUE = Sql(
    _CURRENT.where(
        nodes.c.parent_id.in_(select(_purged.c.id)), versions.c.stored_at < bindparam("before"), locks.c.kind.is_(None)
    )
    .order_by(versions.c.stored_at, nodes.c.id)
    .limit(bindparam("limit")),
    _file,
)

ADD_NODE = Sql(insert(nodes))
ADD_VERSION = Sql(insert(versions))
ADD_TOTALS = Sql(
    insert(totals).values(
        folder_id=bindparam("folder_id"),
        stripe=bindparam("stripe"),
        **dict.fromkeys(("files", "folders", "size_bytes", "direct_files", "direct_folders"), 0),
    )
)
COUNT_UP = Sql(
    update(totals)
    .where(in_list(totals.c.folder_id, "above"), totals.c.stripe == bindparam("which"))
    .values(
        files=totals.c.files + bindparam("more_files"),
        folders=totals.c.folders + bindparam("more_folders"),
        size_bytes=totals.c.size_bytes + bindparam("more_bytes"),
    )
)
COUNT_CHILDREN = Sql(
    update(totals)
    .where(totals.c.folder_id == bindparam("folder"), totals.c.stripe == bindparam("which"))
    .values(
        direct_files=totals.c.direct_files + bindparam("more_files"),
        direct_folders=totals.c.direct_folders + bindparam("more_folders"),
    )
)
TOUCH = Sql(
    update(nodes)
    .where(nodes.c.id == bindparam("folder"))
    .values(
        modified_at=case(
            (nodes.c.modified_at < bindparam("at"), bindparam("at")),
            else_=nodes.c.modified_at,
        )
    )
)
RENAME = Sql(
    update(nodes)
    .where(nodes.c.id == bindparam("node"))
    .values(name=bindparam("new_name"), name_key=bindparam("new_key"))
)
# Place and name at once: the old name may be taken in the new place, and the new name in the old one.
MOVE = Sql(
    update(nodes)
    .where(nodes.c.id == bindparam("node"))
    .values(parent_id=bindparam("target"), name=bindparam("new_name"), name_key=bindparam("new_key"))
)
SET_FOLDER_DATES = Sql(
    update(nodes)
    .where(nodes.c.id == bindparam("node"))
    .values(created_at=bindparam("creation"), modified_at=bindparam("modification"))
)
SET_VERSION_DATES = Sql(
    update(versions)
    .where(versions.c.id == bindparam("version"))
    .values(created_at=bindparam("creation"), modified_at=bindparam("modification"))
)
SET_LIMITS = Sql(
    update(nodes)
    .where(nodes.c.id == bindparam("node"))
    .values(quota_bytes=bindparam("quota"), purge_after_days=bindparam("purge"))
)
REPLACED = Sql(update(versions).where(versions.c.id == bindparam("version")).values(replaced_at=bindparam("at")))
SET_CURRENT = Sql(
    update(nodes)
    .where(nodes.c.id == bindparam("node"))
    .values(version_id=bindparam("version"), versions=nodes.c.versions + 1)
)
TAKE_AWAY = Sql(update(nodes).where(nodes.c.id == bindparam("node")).values(parent_id=None))
LEAVE_ARCHIVE = Sql(delete(archive).where(archive.c.node_id == bindparam("node")))
TO_TRASH = Sql(update(nodes).where(nodes.c.id == bindparam("node")).values(parent_id=None, trash_id=bindparam("entry")))
FROM_TRASH = Sql(
    update(nodes)
    .where(nodes.c.id == bindparam("node"))
    .values(parent_id=bindparam("target"), name=bindparam("new_name"), name_key=bindparam("new_key"), trash_id=None)
)
ADD_TRASH = Sql(insert(trash))
