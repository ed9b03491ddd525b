"""The vendor's File, Folder and TrashItem. Source: wire/files.md sections 2, 3 and 8.6.

Types are those that strict clients insist on (section 1.3): ids and sizes are JSON integers, `hash` is always a string,
`content` is an object with two arrays wherever the depth reaches, dates are UTC with whole seconds.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import UNSET, UnsetType, convert, structs
from msgspec.json import Encoder

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.locks import LockKind, SeenLock, seen_lock
from jeton.kernel.previews import Facts
from jeton.kernel.tree import File, Folder, Right, SeenFile, SeenFolder, Sight, Totals, VirtualRoot
from jeton.kernel.treeport import Trashed
from jeton.wire.shapes import Shape
from jeton.wire.types import date_out

_NO_FOLDER: Final = FolderId(0)
_NO_OWNER: Final = PrincipalId(0)

FOLDER_READ_ONLY: Final = frozenset(
    {
        "id", "can_read", "can_download", "can_write", "can_edit", "can_delete", "can_share", "can_admin_rights",
        "can_admin_alerts", "can_dlink", "can_ulink", "owner", "owner_id", "path", "path_name", "size", "nb_files",
        "nb_folders", "nb_d_files", "nb_d_folders", "nb_annotations", "nb_unread_annotations", "nb_participants",
        "shared", "content", "type", "self_alert",
    }
)  # fmt: skip
"""What GET gives and PUT takes without effect, so that an object that was read can be sent back."""

FILE_READ_ONLY: Final = frozenset(
    {
        "id", "guid", "size", "hash", "md5", "content_type", "owner", "owner_id", "path", "can_download", "can_write",
        "can_edit", "can_delete", "can_share", "file_type", "thumb_token", "download_token", "lock", "meta",
        "nb_versions", "nb_annotations", "nb_unread_annotations",
    }
)  # fmt: skip


class LockOut(Shape, frozen=True):
    """Whether a file is locked, by whom, and whether the caller may change it. `type` is ours: the kind of lock.

    Source: wire/files.md section 8.1.
    """

    file: str
    locked: bool
    writeable: bool
    owner: str
    owner_id: str
    date: datetime | None
    type: Literal["lock", "lock_read"] | None

    @classmethod
    def of(cls, seen: SeenLock) -> "LockOut":
        lock = seen.lock
        if lock is None:
            return cls(
                file=seen.guid, locked=False, writeable=seen.may_write, owner="", owner_id="", date=None, type=None
            )
        return cls(
            file=seen.guid,
            locked=True,
            writeable=seen.may_write,
            owner=lock.owner_name,
            owner_id=str(lock.owner),
            date=date_out(lock.taken_at),
            type="lock" if lock.kind is LockKind.WRITE else "lock_read",
        )


class MetaOut(Shape, frozen=True):
    """What a document tells of itself, as far as it does; `date` in the style of C's asctime. Source: section 3."""

    pages: int
    author: str | UnsetType = UNSET
    creator: str | UnsetType = UNSET
    date: str | UnsetType = UNSET
    keywords: str | UnsetType = UNSET
    producer: str | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    title: str | UnsetType = UNSET

    @classmethod
    def of(cls, facts: Facts) -> "MetaOut":
        return convert({**facts.meta, "pages": facts.pages}, cls)


class FileOut(Shape, kw_only=False, frozen=True):
    """One version of a file."""

    id: int
    guid: str
    name: str
    parent_id: int
    size: int
    hash: str
    md5: str
    content_type: str
    creation: datetime
    modification: datetime
    owner: str
    owner_id: str
    path: str
    can_download: bool
    can_write: bool
    can_edit: bool
    can_delete: bool
    can_share: bool
    lock: LockOut | None
    nb_versions: int | UnsetType = UNSET
    file_type: str | UnsetType = UNSET
    meta: MetaOut | UnsetType = UNSET

    @classmethod
    def of(cls, seen: SeenFile) -> "FileOut":
        sight, facts = seen.sight, seen.facts
        told = cls.at(seen.file, "/".join(str(folder.id) for folder in sight.above), sight.rights, sight.caller)
        if facts is None or facts.kind.file_type is None:
            return told
        return structs.replace(told, file_type=facts.kind.file_type, meta=MetaOut.of(facts))

    @classmethod
    def at(cls, file: File, path: str, rights: Right, caller: PrincipalId) -> "FileOut":
        """The file below the folders that `path` lists, as this caller sees it."""
        may_download, may_write, may_edit, may_delete, may_share = _CAN[rights]
        # By position, in the order above: of the time for a long listing, names alone would take a quarter.
        return cls(
            file.id,
            file.guid,
            file.name,
            file.parent,
            file.size_bytes,
            file.md5,
            file.md5,
            "application/octet-stream",
            date_out(file.created_at),
            date_out(file.modified_at),
            file.owner_name,
            str(file.owner),
            path,
            may_download,
            may_write,
            may_edit,
            may_delete,
            may_share,
            None if file.lock is None else LockOut.of(seen_lock(file, caller, rights)),
            file.versions if file.versions > 1 else UNSET,
        )


# For each sum of rights, what it comes to: a long listing asks ten thousand times, and flags cost microseconds.
_CAN: Final = tuple(
    (
        Right.DOWNLOAD in flags,
        Right.WRITE in flags,
        Right.EDIT in flags,
        Right.DELETE in flags,
        Right.SHARE in flags,
    )
    for flags in map(Right, range(Right.ALL + 1))
)


class ContentOut(Shape, frozen=True):
    """The children of a folder."""

    folders: "tuple[FolderOut, ...]"
    files: tuple[FileOut, ...]


class FolderOut(Shape, frozen=True):
    """A folder, with `content` as deep as it was asked."""

    id: int
    name: str
    parent_id: int | None
    creation: datetime
    modification: datetime
    owner: str
    owner_id: str
    path: str
    path_name: str
    can_read: bool
    can_download: bool
    can_write: bool
    can_edit: bool
    can_delete: bool
    can_share: bool
    can_admin_rights: bool
    can_admin_alerts: bool
    can_dlink: bool
    can_ulink: bool
    size: int
    nb_files: int
    nb_folders: int
    nb_d_files: int
    nb_d_folders: int
    purge_frequency: int
    quota: int
    shared: bool
    type: str | UnsetType = UNSET
    content: ContentOut | UnsetType = UNSET

    @classmethod
    def of(cls, seen: SeenFolder) -> "FolderOut":
        return cls(**_members(seen))

    @classmethod
    def pieces(cls, seen: SeenFolder) -> Iterator[bytes]:
        """What `of` comes to as JSON, piece by piece, made as it is asked for."""
        return _pieces(seen.folder, _head(cls, seen), _ids(seen), _names(seen), seen)


class RootOut(FolderOut, frozen=True):
    """One of the highest folders that the caller sees; the one that holds what others let them see has no id."""

    id: int | None  # type: ignore[assignment]

    @classmethod
    def of(cls, seen: SeenFolder | VirtualRoot) -> "RootOut":
        return cls(**(_members(seen) if isinstance(seen, SeenFolder) else _virtual_members(seen)))

    @classmethod
    def pieces(cls, seen: SeenFolder | VirtualRoot) -> Iterator[bytes]:
        """As those of a folder; a virtual root holds whole folders and no file."""
        if isinstance(seen, SeenFolder):
            yield from _pieces(seen.folder, _head(cls, seen), _ids(seen), _names(seen), seen)
            return
        head = _encode(cls(**_virtual_members(seen._replace(content=None))))
        if seen.content is None:
            yield head
            return
        yield head[:-1] + _FOLDERS
        for number, inner in enumerate(seen.content):
            if number:
                yield b","
            yield from FolderOut.pieces(inner)
        yield _FILES + _END


def _members(seen: SeenFolder) -> dict[str, Any]:
    return _of_top(_folder_members(seen.folder, _ids(seen), _names(seen), seen), seen)


def _of_top(members: dict[str, Any], seen: SeenFolder) -> dict[str, Any]:
    if seen.sight.is_top:
        members["parent_id"] = None
    if seen.root is not None:
        members["type"] = seen.root.value
    return members


def _ids(seen: SeenFolder) -> str:
    return "/".join(str(folder.id) for folder in seen.sight.above)


def _names(seen: SeenFolder) -> str:
    return "/".join(folder.name for folder in seen.sight.above)


_encode: Final = Encoder().encode
_FOLDERS: Final = b',"content":{"folders":['
_FILES: Final = b'],"files":['
_END: Final = b"]}}"
_AT_ONCE: Final = 200


def _head(shape: type[FolderOut], seen: SeenFolder) -> bytes:
    """The folder that was asked for, without its content."""
    return _encode(shape(**_of_top(_flat_members(seen.folder, _ids(seen), _names(seen), seen), seen)))


def _pieces(folder: Folder, head: bytes, path: str, names: str, seen: SeenFolder) -> Iterator[bytes]:
    """A folder whose members are encoded already, then its content: the last of its members, and its files last."""
    children = seen.below.get(folder.id)
    if children is None:
        yield head
        return
    inner, inner_names = _join(path, str(folder.id)), _join(names, folder.name)
    yield head[:-1] + _FOLDERS
    for number, child in enumerate(children[0]):
        if number:
            yield b","
        child_head = _encode(FolderOut(**_flat_members(child, inner, inner_names, seen)))
        yield from _pieces(child, child_head, inner, inner_names, seen)
    yield _FILES
    files, rights, caller = children[1], seen.rights[folder.id], seen.sight.caller
    for start in range(0, len(files), _AT_ONCE):
        if start:
            yield b","
        yield _encode([FileOut.at(file, inner, rights, caller) for file in files[start : start + _AT_ONCE]])[1:-1]
    yield _END


def _virtual_members(virtual: VirtualRoot) -> dict[str, Any]:
    at = virtual.modified_at
    nothing = Folder(_NO_FOLDER, None, virtual.name, _NO_OWNER, "", at, at, 0, 0, Totals(0, 0, 0, 0, 0))
    sight = Sight((), Right.NONE, is_top=True, may_give_rights=False, caller=_NO_OWNER)
    members = _members(SeenFolder(nothing, sight, {}, {_NO_FOLDER: Right.NONE}, virtual.type))
    members.update(id=None, owner_id="")
    if virtual.content is not None:
        members["content"] = ContentOut(folders=tuple(FolderOut.of(seen) for seen in virtual.content), files=())
    return members


def _folder_members(folder: Folder, path: str, names: str, seen: SeenFolder) -> dict[str, Any]:
    members = _flat_members(folder, path, names, seen)
    children = seen.below.get(folder.id)
    if children is not None:
        rights = seen.rights[folder.id]
        inner, inner_names = _join(path, str(folder.id)), _join(names, folder.name)
        members["content"] = ContentOut(
            folders=tuple(FolderOut(**_folder_members(child, inner, inner_names, seen)) for child in children[0]),
            files=tuple(FileOut.at(file, inner, rights, seen.sight.caller) for file in children[1]),
        )
    return members


def _flat_members(folder: Folder, path: str, names: str, seen: SeenFolder) -> dict[str, Any]:
    """All but the content."""
    rights, totals = seen.rights[folder.id], folder.totals
    may_read = Right.READ in rights
    return {
        "id": folder.id,
        "name": folder.name,
        "parent_id": folder.parent,
        "creation": date_out(folder.created_at),
        "modification": date_out(folder.modified_at),
        "owner": folder.owner_name,
        "owner_id": str(folder.owner),
        "path": path,
        "path_name": names,
        "can_read": may_read,
        "can_download": Right.DOWNLOAD in rights,
        "can_write": Right.WRITE in rights,
        "can_edit": Right.EDIT in rights,
        "can_delete": Right.DELETE in rights,
        "can_share": Right.SHARE in rights,
        "can_admin_rights": seen.sight.may_give_rights,
        "can_admin_alerts": False,
        "can_dlink": False,
        "can_ulink": False,
        "size": totals.size_bytes if may_read else 0,
        "nb_files": totals.files if may_read else 0,
        "nb_folders": totals.folders if may_read else 0,
        "nb_d_files": totals.direct_files if may_read else 0,
        "nb_d_folders": totals.direct_folders if may_read else 0,
        "purge_frequency": folder.purge_after_days,
        "quota": folder.quota_bytes,
        "shared": folder.id in seen.shared,
    }


def _join(path: str, part: str) -> str:
    return f"{path}/{part}" if path else part


class TrashItemOut(Shape, frozen=True):
    """What was put in the trash; counts stand there for folders."""

    id: int
    name: str
    is_file: bool
    deletion: datetime
    modification: datetime
    owner: str
    owner_id: str
    size: int
    nb_files: int | UnsetType = UNSET
    nb_folders: int | UnsetType = UNSET

    @classmethod
    def of(cls, item: Trashed) -> "TrashItemOut":
        return cls(
            id=item.id,
            name=item.name,
            is_file=item.is_file,
            deletion=date_out(item.deleted_at),
            modification=date_out(item.modified_at),
            owner=item.owner_name,
            owner_id=str(item.owner),
            size=item.size_bytes,
            nb_files=UNSET if item.is_file else item.files,
            nb_folders=UNSET if item.is_file else item.folders,
        )
