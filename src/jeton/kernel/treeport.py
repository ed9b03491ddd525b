"""The tree and the ledger of blobs, as services are given them: they take nodes that a door handed out, not ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from jeton.kernel.ids import BlobId, FileId, FolderId, PrincipalId
from jeton.kernel.tree import File, Folder, Lineage, Right, Totals
from jeton.kit.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Bytes that a file's version holds."""

    blob: BlobId
    size_bytes: int
    md5: str
    sha256: str


class Trashed(NamedTuple):
    """What was put in the trash."""

    id: int
    name: str
    is_file: bool
    deleted_at: Instant
    modified_at: Instant
    owner: PrincipalId
    owner_name: str
    size_bytes: int
    files: int
    folders: int


def as_trashed(node: Folder | File, entry: int, now: Instant) -> Trashed:
    """A node as an entry of the trash shows it."""
    if isinstance(node, File):
        size, files, folders = node.size_bytes, 1, 0
    else:
        size, files, folders = node.totals.size_bytes, node.totals.files, node.totals.folders
    return Trashed(
        entry,
        node.name,
        isinstance(node, File),
        now,
        node.modified_at,
        node.owner,
        node.owner_name,
        size,
        files,
        folders,
    )


class Tree(Protocol):
    """Folders and files below what one holds."""

    def children(self, folders: Sequence[Folder]) -> tuple[Sequence[Folder], Sequence[File]]:
        """Direct children of all these folders, by name."""

    def folders_in(self, folder: Folder, *, offset: int, limit: int) -> Sequence[Folder]:
        """A page of the folders directly in one, by name."""

    def everything(self) -> Totals:
        """What all spaces hold together, whoever may see it; the trash left out."""

    def sibling(self, parent: Folder, name: str) -> Folder | File | None:
        """Whoever has this name in a folder, compared by `sibling_key`."""

    def holds(self, ancestor: Folder, folder: Folder) -> bool:
        """Whether `folder` is `ancestor`, or hangs below it."""

    def reserved(self, folder: Folder) -> int:
        """Bytes that open uploads into a folder, and into all below it, will take."""

    def height(self, folder: Folder) -> int:
        """Levels of folders in it, itself counted."""

    def place(self, node: Folder | File) -> Lineage:
        """Where a node that one holds hangs now."""

    def reread_folder(self, folder: FolderId) -> Folder:
        """A folder one already holds, as it is after a change."""

    def reread_file(self, file: FileId) -> File:
        """A file one already holds, as it is after a change."""

    def plant_company(self, name: str, now: Instant) -> None:
        """Make the company space, folder 1, unless it is there."""

    def add_space(self, *, private_to: PrincipalId, name: str, now: Instant) -> FolderId:
        """Make a person's private top folder."""

    def add_folder(
        self, parent: Folder, name: str, *, owner: PrincipalId, created_at: Instant, modified_at: Instant, now: Instant
    ) -> FolderId:
        """Make a folder. Raises Conflict when the name is taken meanwhile."""

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
        """Make a file with its first version, under a number that was drawn before if there is one."""

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
        """Give a file a new current version: a new id, the same guid. A number below its own is not used."""

    def rename(self, node: Folder | File, name: str, now: Instant) -> None:
        """Give a node another name."""

    def move(self, node: Folder | File, target: Folder, name: str, now: Instant) -> None:
        """Hang a node, with all below it, in another folder, there under this name; totals follow."""

    def copy_folder(self, folder: Folder, target: Folder, name: str, *, owner: PrincipalId, now: Instant) -> FolderId:
        """Make a copy of a folder, with all below it, in another that does not lie below it.

        Files are copied as their current versions show them, and share their bytes; rights and limits are not copied.
        """

    def set_dates(self, node: Folder | File, *, created_at: Instant, modified_at: Instant) -> None:
        """Keep a node's dates."""

    def set_limits(self, folder: Folder, *, quota_bytes: int, purge_after_days: int) -> None:
        """Keep a folder's quota and purge frequency."""

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
        """Take a node, with all below it, out of the tree; `place` and `held` as in `kernel.trash.TrashEntry`."""

    def destroy(self, node: Folder | File, now: Instant) -> None:
        """Delete a node for good: gone at once, and its rows and bytes are taken away later, a few at a time."""


class BlobLedger(Protocol):
    """Rows that say which blobs are coming and which are to go."""

    def intend(self, blob: BlobId, now: Instant) -> None:
        """A blob is about to be written."""

    def settled(self, blob: BlobId) -> bool:
        """A row names it now: its intent is over. Whether there was one: False says that it was swept."""

    def abandon(self, blob: BlobId) -> None:
        """It was thrown away before anything named it."""

    def doom(self, blob: BlobId, now: Instant) -> None:
        """Nothing names it any more: to be unlinked later."""

    def abandoned_since(self, before: Instant, limit: int) -> Sequence[BlobId]:
        """Intents older than `before`."""

    def doomed(self, now: Instant, limit: int) -> Sequence[BlobId]:
        """Blobs to unlink, without those put off; none while a backup holds them all."""

    def put_off(self, blob: BlobId, now: Instant) -> None:
        """It is to go and could not be taken from the store: to be tried again, and the others go first."""

    def unlinked(self, blob: BlobId, now: Instant) -> None:
        """It is gone from the store, and what was seen of it goes with it."""
