"""The use cases on versions: list them, bring an old one back, let one go. Source: wire/files.md sections 3 and 5."""

from collections.abc import Sequence

from jeton.families.documents.model.versions import CurrentVersion, ListVersions, OneVersion
from jeton.families.documents.service.common import room_for_bytes
from jeton.kernel.caller import Caller
from jeton.kernel.ports import Work
from jeton.kernel.tree import File, Right, SeenFile
from jeton.kernel.treeport import Content


def list_versions(work: Work, caller: Caller, command: ListVersions) -> Sequence[SeenFile]:
    """List the versions of a file, the newest first; any of their ids will do. Raises NoSuchFile."""
    file, place = work.doors.file_and_place(caller, command.file, Right.READ)
    sight = work.doors.sight(caller, file, place)
    found = work.versions.of(file, offset=command.offset, limit=command.limit)
    return [SeenFile(version, sight) for version in found]


def restore_version(work: Work, caller: Caller, command: OneVersion) -> SeenFile:
    """Bring an old version back: its content becomes a new version, dated now; all that were there stay.

    Raises: NoSuchFile, RightMissing, CurrentVersion, OverQuota.
    """
    old, current, place = work.doors.versions(caller, command.file, Right.EDIT)
    if old.id == current.id:
        raise CurrentVersion
    folder, folder_place = work.doors.folder_and_place(caller, old.parent, Right.EDIT)
    room_for_bytes(work, caller, folder, folder_place, old.size_bytes - current.size_bytes)
    restored = work.tree.add_version(
        current,
        content_of(old),
        author=caller.principal,
        created_at=work.now,
        modified_at=work.now,
        now=work.now,
    )
    work.audit.record(caller, "file.version_restored", str(restored), name=old.name, version=old.id)
    file = work.tree.reread_file(restored)
    return SeenFile(file, work.doors.sight(caller, file, place))


def delete_version(work: Work, caller: Caller, command: OneVersion) -> None:
    """Delete an old version for good. Raises NoSuchFile, RightMissing, CurrentVersion."""
    old, current, _ = work.doors.versions(caller, command.file, Right.DELETE)
    if old.id == current.id:
        raise CurrentVersion
    work.versions.drop(old.node, [old.id], work.now)
    work.audit.record(caller, "file.version_deleted", str(old.id), name=old.name, file=current.id)


def content_of(file: File) -> Content:
    """The bytes of a version, for another to hold as well: blobs never change, and may be shared."""
    return Content(blob=file.blob, size_bytes=file.size_bytes, md5=file.md5, sha256=file.sha256)
