"""Folders and files: kernel.treeport.Tree and kernel.doors.TreeByIds in SQL.

Ancestry is by parent ids and a recursive query; uniqueness among siblings is the database's; counts are kept along the
ancestors in the same transaction as what they count.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from jeton.kernel.ids import FileId, FolderId, PrincipalId
from jeton.kernel.locks import LockKind
from jeton.kernel.tree import COMPANY_ROOT, File, Folder, Lineage, NodeKind, Right, Space, Totals, sibling_key
from jeton.kernel.treeport import Content, Trashed, as_trashed
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.storage.sql import locks, reservations
from jeton.storage.sql import tree_statements as sql
from jeton.storage.sql.copies import copy_below
from jeton.storage.sql.numbers import NODE, next_number
from jeton.storage.sql.places import node_of, place_archived, place_of_file, place_within
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

T = TypeVar("T")

_STRIPE: Final = 0
_NOBODY: Final = PrincipalId(0)


class SqlTree:
    """See `kernel.treeport.Tree` and `kernel.doors.TreeByIds`."""

    __slots__ = ("_mint", "_session")

    def __init__(self, session: Session, mint: Mint) -> None:
        self._session = session
        self._mint = mint

    # By id, for the doors alone.

    def folder(self, folder: FolderId) -> tuple[Folder, Lineage] | None:
        row = self._session.one(sql.FOLDER, id=folder)
        if row is None:
            return None
        found, space = row
        if found.parent is not None:
            place = place_within(self._session, found.parent)
        elif space is not None:
            place = Lineage(Space(space), found.owner, ())
        else:  # in the archive, or in the trash: then it is nowhere
            place = place_archived(self._session, folder)
        return None if place is None else (found, place)

    def file(self, version: FileId) -> tuple[File, Lineage, FileId] | None:
        found = self._session.one(sql.FILE, id=version) or self._session.one(sql.ARCHIVED_FILE, id=version)
        if found is None:
            return None
        file, current = found
        place = place_of_file(self._session, file)
        return None if place is None else (file, place, current)

    def tops(self, owner: int) -> Sequence[Folder]:
        return self._session.all(sql.TOPS, owner=owner)

    def totals(self, folders: Sequence[FolderId]) -> Mapping[FolderId, Totals]:
        return dict(self._session.all(sql.TOTALS_OF, folders=self._session.bound(folders)))

    def locks_below(self, folder: FolderId, besides: PrincipalId) -> Sequence[LockKind]:
        return locks.kinds_below(self._session, folder, besides)

    # Looking, from nodes that a door handed out.

    def children(self, folders: Sequence[Folder]) -> tuple[Sequence[Folder], Sequence[File]]:
        with_folders = [folder.id for folder in folders if folder.totals.direct_folders]
        with_files = [folder.id for folder in folders if folder.totals.direct_files]
        return (
            self._in(with_folders, sql.FOLDERS_IN, sql.FOLDERS_BELOW),
            self._in(with_files, sql.FILES_IN, sql.FILES_BELOW),
        )

    def _in(self, parents: Sequence[FolderId], of_one: Sql[T], of_many: Sql[T]) -> Sequence[T]:
        if len(parents) == 1:  # what is asked most: read in the order of the index
            return self._session.all(of_one, parent=parents[0])
        return self._session.all(of_many, parents=self._session.bound(parents)) if parents else []

    def folders_in(self, folder: Folder, *, offset: int, limit: int) -> Sequence[Folder]:
        return self._session.all(sql.FOLDERS_PAGE, parent=folder.id, offset=offset, limit=limit)

    def everything(self) -> Totals:
        return self._session.one(sql.EVERYTHING) or Totals(0, 0, 0, 0, 0)

    def sibling(self, parent: Folder, name: str) -> Folder | File | None:
        key = sibling_key(name)
        return self._session.one(sql.FILE_NAMED, parent=parent.id, name_key=key) or self._session.one(
            sql.FOLDER_NAMED, parent=parent.id, name_key=key
        )

    def holds(self, ancestor: Folder, folder: Folder) -> bool:
        return any(number == ancestor.id for number, *_ in self._session.all(sql.WAY_UP, id=folder.id))

    def reserved(self, folder: Folder) -> int:
        return reservations.reserved(self._session, folder.id)

    def height(self, folder: Folder) -> int:
        return self._session.one(sql.HEIGHT, id=folder.id) or 0

    def place(self, node: Folder | File) -> Lineage:
        if isinstance(node, File):
            place = place_of_file(self._session, node)
        else:
            held = self.folder(node.id)
            place = None if held is None else held[1]
        assert place is not None  # noqa: S101 - one holds it, so it is not in the trash
        return place

    def reread_folder(self, folder: FolderId) -> Folder:
        found = self._session.one(sql.FOLDER, id=folder)
        assert found is not None  # noqa: S101 - one holds it, and nobody else writes meanwhile
        return found[0]

    def reread_file(self, file: FileId) -> File:
        found = self._session.one(sql.FILE, id=file) or self._session.one(sql.ARCHIVED_FILE, id=file)
        assert found is not None  # noqa: S101 - one holds it, and nobody else writes meanwhile
        return found[0]

    # Changing.

    def plant_company(self, name: str, now: Instant) -> None:
        if self._session.one(sql.FOLDER, id=COMPANY_ROOT) is None:
            self._add_top(name, Space.COMPANY, _NOBODY, now)

    def add_space(self, *, private_to: PrincipalId, name: str, now: Instant) -> FolderId:
        return self._add_top(name, Space.PRIVATE, private_to, now)

    def add_folder(
        self, parent: Folder, name: str, *, owner: PrincipalId, created_at: Instant, modified_at: Instant, now: Instant
    ) -> FolderId:
        number = FolderId(next_number(self._session, NODE))
        self._add_node(number, parent.id, NodeKind.FOLDER, name, owner, created_at, modified_at)
        self._add_totals(number)
        self._count(parent.id, folders=1, direct_folders=1)
        self._session.run(sql.TOUCH, folder=parent.id, at=now)
        return number

    def add_file(
        self,
        parent: Folder,
        name: str,
        content: Content,
        *,
        owner: PrincipalId,
        created_at: Instant,
        modified_at: Instant,
        now: Instant,
        promised: FileId | None = None,
    ) -> FileId:
        node = next_number(self._session, NODE)
        version = promised or FileId(next_number(self._session, NODE))
        guid = self._mint.bytes(16).hex()
        self._add_node(node, parent.id, NodeKind.FILE, name, owner, created_at, modified_at, guid=guid, version=version)
        self._add_version(version, node, content, owner, created_at, modified_at, now)
        self._count(parent.id, files=1, size_bytes=content.size_bytes, direct_files=1)
        self._session.run(sql.TOUCH, folder=parent.id, at=now)
        return version

    def add_version(
        self,
        file: File,
        content: Content,
        *,
        author: PrincipalId,
        created_at: Instant,
        modified_at: Instant,
        now: Instant,
        promised: FileId | None = None,
    ) -> FileId:
        version = promised if promised and promised > file.id else FileId(next_number(self._session, NODE))
        self._add_version(version, file.node, content, author, created_at, modified_at, now)
        self._session.run(sql.REPLACED, version=file.id, at=now)
        self._session.run(sql.SET_CURRENT, node=file.node, version=version)
        self._count(file.parent, size_bytes=content.size_bytes - file.size_bytes)
        self._session.run(sql.TOUCH, folder=file.parent, at=now)
        return version

    def rename(self, node: Folder | File, name: str, now: Instant) -> None:
        self._session.run(sql.RENAME, node=node_of(node), new_name=name, new_key=sibling_key(name))
        if node.parent is not None:
            self._session.run(sql.TOUCH, folder=node.parent, at=now)

    def move(self, node: Folder | File, target: Folder, name: str, now: Instant) -> None:
        self._uncount(node)
        self._session.run(sql.MOVE, node=node_of(node), target=target.id, new_name=name, new_key=sibling_key(name))
        self._count_in(node, target.id)
        if node.parent is not None:
            self._session.run(sql.TOUCH, folder=node.parent, at=now)
        self._session.run(sql.TOUCH, folder=target.id, at=now)

    def copy_folder(self, folder: Folder, target: Folder, name: str, *, owner: PrincipalId, now: Instant) -> FolderId:
        copied = copy_below(self._session, folder, target.id, name, owner, now, guids=self._mint.bytes(8).hex())
        self._count_in(folder, target.id)
        self._session.run(sql.TOUCH, folder=target.id, at=now)
        return copied

    def set_dates(self, node: Folder | File, *, created_at: Instant, modified_at: Instant) -> None:
        if isinstance(node, File):
            self._session.run(sql.SET_VERSION_DATES, version=node.id, creation=created_at, modification=modified_at)
        else:
            self._session.run(sql.SET_FOLDER_DATES, node=node.id, creation=created_at, modification=modified_at)

    def set_limits(self, folder: Folder, *, quota_bytes: int, purge_after_days: int) -> None:
        self._session.run(sql.SET_LIMITS, node=folder.id, quota=quota_bytes, purge=purge_after_days)

    def trash(
        self,
        node: Folder | File,
        *,
        by: PrincipalId,
        trash_id: int,
        now: Instant,
        place: str = "",
        held: Right = Right.NONE,
    ) -> Trashed:
        return self._take_out(node, by, trash_id, now, place=place, held=held, destroyed_at=None)

    def destroy(self, node: Folder | File, now: Instant) -> None:
        self._take_out(node, _NOBODY, self._mint.number(now), now, place="", held=Right.NONE, destroyed_at=now)

    def take_away(self, node: Folder | File, now: Instant) -> None:
        """Out of the tree, or out of the archive: it hangs on nothing, nothing locks it, and totals follow.

        For what puts it elsewhere: the trash, and the archive (`storage.sql.archive`).
        """
        locks.end_with(self._session, node)
        self._uncount(node)
        self._session.run(sql.TAKE_AWAY, node=node_of(node))
        self._session.run(sql.LEAVE_ARCHIVE, node=node_of(node))
        if node.parent is not None:
            self._session.run(sql.TOUCH, folder=node.parent, at=now)

    def add_loose_folder(self, name: str, *, owner: PrincipalId, created_at: Instant, modified_at: Instant) -> FolderId:
        """Make a folder that hangs on nothing; for the archive alone."""
        number = FolderId(next_number(self._session, NODE))
        self._add_node(number, None, NodeKind.FOLDER, name, owner, created_at, modified_at)
        self._add_totals(number)
        return number

    def take_back(self, node: int, item: Trashed, target: Folder, name: str, now: Instant) -> None:
        """Hang what lies in the trash in a folder; for the trash (`storage.sql.trash`) alone."""
        self._session.run(sql.FROM_TRASH, node=node, target=target.id, new_name=name, new_key=sibling_key(name))
        self._count(
            target.id,
            files=item.files,
            folders=item.folders + (not item.is_file),
            size_bytes=item.size_bytes,
            direct_files=int(item.is_file),
            direct_folders=int(not item.is_file),
        )
        if not item.is_file:
            reservations.carry(self._session, FolderId(node), target.id, 1)
        self._session.run(sql.TOUCH, folder=target.id, at=now)

    def _take_out(
        self,
        node: Folder | File,
        by: PrincipalId,
        trash_id: int,
        now: Instant,
        *,
        place: str,
        held: Right,
        destroyed_at: Instant | None,
    ) -> Trashed:
        """Out of the tree: it hangs on nothing, and totals follow. What is destroyed lies there until it is reaped."""
        hung = self.place(node)
        archived = hung.archive
        self.take_away(node, now)
        self._session.run(
            sql.ADD_TRASH,
            id=trash_id,
            node_id=node_of(node),
            parent_id=node.parent or (0 if archived is None else archived.origin),
            deleted_at=now,
            deleted_by=by,
            place=place,
            space=hung.space.value,
            space_owner_id=hung.space_owner,
            held=held.value,
            destroyed_at=destroyed_at,
        )
        self._session.run(sql.TO_TRASH, node=node_of(node), entry=trash_id)
        return as_trashed(node, trash_id, now)

    # Rows.

    def _add_top(self, name: str, space: Space, owner: PrincipalId, now: Instant) -> FolderId:
        number = FolderId(next_number(self._session, NODE))
        self._add_node(number, None, NodeKind.FOLDER, name, owner, now, now, space=space)
        self._add_totals(number)
        return number

    def _add_node(
        self,
        number: int,
        parent: FolderId | None,
        kind: NodeKind,
        name: str,
        owner: PrincipalId,
        created_at: Instant,
        modified_at: Instant,
        *,
        space: Space | None = None,
        guid: str | None = None,
        version: FileId | None = None,
    ) -> None:
        self._session.run(
            sql.ADD_NODE,
            id=number,
            parent_id=parent,
            kind=kind.value,
            name=name,
            name_key=sibling_key(name),
            space=None if space is None else space.value,
            owner_id=owner,
            created_at=created_at,
            modified_at=modified_at,
            purge_after_days=0,
            quota_bytes=-1 if parent is not None else 0,
            guid=guid,
            version_id=version,
            versions=0 if version is None else 1,
            trash_id=None,
        )

    def _add_version(
        self,
        version: FileId,
        node: int,
        content: Content,
        author: PrincipalId,
        created_at: Instant,
        modified_at: Instant,
        now: Instant,
    ) -> None:
        self._session.run(
            sql.ADD_VERSION,
            id=version,
            node_id=node,
            blob_id=content.blob,
            size_bytes=content.size_bytes,
            md5=content.md5,
            sha256=content.sha256,
            author_id=author,
            created_at=created_at,
            modified_at=modified_at,
            stored_at=now,
            replaced_at=None,
        )

    def _add_totals(self, number: int) -> None:
        self._session.run(sql.ADD_TOTALS, folder_id=number, stripe=_STRIPE)

    def _count(
        self,
        parent: FolderId,
        *,
        files: int = 0,
        folders: int = 0,
        size_bytes: int = 0,
        direct_files: int = 0,
        direct_folders: int = 0,
    ) -> None:
        """Add to a folder and to all above it; the direct counts to the folder alone."""
        above = self._session.bound([number for number, *_ in self._session.all(sql.WAY_UP, id=parent)])
        self._session.run(
            sql.COUNT_UP, above=above, which=_STRIPE, more_files=files, more_folders=folders, more_bytes=size_bytes
        )
        if direct_files or direct_folders:
            self._session.run(
                sql.COUNT_CHILDREN, folder=parent, which=_STRIPE, more_files=direct_files, more_folders=direct_folders
            )

    def _count_in(self, node: Folder | File, parent: FolderId, sign: int = 1) -> None:
        if isinstance(node, File):
            self._count(parent, files=sign, size_bytes=sign * node.size_bytes, direct_files=sign)
        else:
            inside = node.totals
            self._count(
                parent,
                files=sign * inside.files,
                folders=sign * (inside.folders + 1),
                size_bytes=sign * inside.size_bytes,
                direct_folders=sign,
            )
            reservations.carry(self._session, node.id, parent, sign)

    def _uncount(self, node: Folder | File) -> None:
        if node.parent is not None:
            self._count_in(node, node.parent, -1)
