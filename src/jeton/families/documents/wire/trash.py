"""What comes in and goes out about the trash. Source: wire/files.md section 8.6."""

from datetime import datetime
from typing import ClassVar

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.folders import MOST_ROWS
from jeton.families.documents.model.trash import EmptyTrash, ListTrash, OneTrash, Restore
from jeton.families.documents.wire.tree import within
from jeton.kernel.ids import FolderId
from jeton.kernel.tree import Right, SeenFile, SeenFolder
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireId, WireInt, date_out


class ListTrashIn(Query, frozen=True):
    """Whose entries: the caller's own, or with `others=1` those of others within reach; and which of them."""

    others: str = "0"
    offset: WireInt | UnsetType = UNSET
    limit: WireInt | UnsetType = UNSET

    def command(self) -> ListTrash:
        return ListTrash(
            others=self.others == "1",
            offset=within("offset", self.offset, 0, 2**40) or 0,
            limit=within("limit", self.limit, 1, MOST_ROWS) or MOST_ROWS,
        )


class OneTrashIn(Query, frozen=True):
    """One entry."""

    trash_id: WireId

    def command(self) -> OneTrash:
        return OneTrash(entry=int(self.trash_id))


class RestoreIn(Body, frozen=True):
    """Where to and under which name, when not as it was. What `GET` gives may be sent back."""

    ignored: ClassVar[frozenset[str]] = frozenset(
        {"id", "is_file", "deletion", "modification", "owner", "owner_id", "size", "nb_files", "nb_folders"}
    )

    trash_id: WireId
    parent_id: WireId | None = None
    name: str | None = None

    def command(self) -> Restore:
        return Restore(
            entry=int(self.trash_id),
            parent=None if self.parent_id is None else FolderId(int(self.parent_id)),
            name=self.name,
        )


class EmptyTrashIn(Query, frozen=True):
    """Nothing to say."""

    def command(self) -> EmptyTrash:
        return EmptyTrash()


class RestoredOut(Shape, frozen=True):
    """What came back. On this wire the parent's id is text and the owner's a number."""

    id: int
    name: str
    parent_id: str
    owner: str
    owner_id: int
    creation: datetime
    modification: datetime
    can_read: bool
    can_download: bool
    can_write: bool
    can_edit: bool

    @classmethod
    def of(cls, seen: SeenFile | SeenFolder) -> "RestoredOut":
        node = seen.file if isinstance(seen, SeenFile) else seen.folder
        rights = seen.sight.rights
        return cls(
            id=node.id,
            name=node.name,
            parent_id=str(node.parent),
            owner=node.owner_name,
            owner_id=node.owner,
            creation=date_out(node.created_at),
            modification=date_out(node.modified_at),
            can_read=Right.READ in rights,
            can_download=Right.DOWNLOAD in rights,
            can_write=Right.WRITE in rights,
            can_edit=Right.EDIT in rights,
        )
