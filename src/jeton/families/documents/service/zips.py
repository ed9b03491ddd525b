"""A selection as one archive: what goes in, worked out before the first byte. Source: wire/files.md section 7."""

from collections.abc import Iterator

from jeton.families.documents.model.zips import MOST_ENTRIES, FetchZip, Paths, TooManyEntries, safe_segment
from jeton.kernel.blobs import Bundle, Bundled
from jeton.kernel.caller import Caller
from jeton.kernel.ids import FolderId
from jeton.kernel.locks import bars
from jeton.kernel.ports import Work
from jeton.kernel.tree import File, Folder, Lineage, Right

_OPEN = Right.READ | Right.DOWNLOAD


def fetch_zip(work: Work, caller: Caller, command: FetchZip) -> Bundle:
    """Fetch files and folders as one ZIP; of a folder, what in it the caller may download, and no trace of the rest.

    Raises: NoSuchFile, NoSuchFolder, RightMissing (for what is chosen itself); TooManyEntries.
    """
    paths = Paths()
    entries: list[Bundled] = []
    names = []
    for number in command.files:
        file = work.doors.file(caller, number, Right.DOWNLOAD)
        names.append(file.name)
        entries.append(_of_file(file, paths.free("", file.name)))
    for folder_id in command.folders:
        folder, place = work.doors.folder_and_place(caller, folder_id, _OPEN)
        names.append(folder.name)
        for entry in _of_folder(work, caller, folder, place, paths):
            entries.append(entry)
            if len(entries) > MOST_ENTRIES:
                raise TooManyEntries(most=MOST_ENTRIES)
    name = command.name or (names[0] if len(names) == 1 else work.platform.value("name") or "Documents")
    name = safe_segment(name)
    return Bundle(name=name if name.lower().endswith(".zip") else f"{name}.zip", entries=entries)


def _may_have(caller: Caller, file: File, rights: Right) -> bool:
    is_barred = file.lock is not None and file.lock.owner != caller.principal and bars(file.lock.kind, _OPEN)
    return rights & _OPEN == _OPEN and not is_barred


def _of_file(file: File, path: str) -> Bundled:
    return Bundled(path, file.modified_at, file.blob, file.size_bytes)


def _of_folder(work: Work, caller: Caller, top: Folder, place: Lineage, paths: Paths) -> Iterator[Bundled]:
    """Level by level: a folder stands before what is in it. What one may not download is passed through in silence."""
    within: dict[FolderId, str] = {top.id: paths.free("", top.name) + "/"}
    rights = {top.id: work.doors.sight(caller, top, place).rights}
    yield Bundled(within[top.id], top.modified_at, None, 0)
    level = list(work.doors.counted(caller, place, [top]))
    while level:
        if sum(folder.totals.direct_files + folder.totals.direct_folders for folder in level) > MOST_ENTRIES:
            raise TooManyEntries(most=MOST_ENTRIES)
        folders, files = work.tree.children(level)
        for file in files:
            if _may_have(caller, file, rights[file.parent]):
                yield _of_file(file, paths.free(within[file.parent], file.name))
        seen = work.doors.children(caller, place, rights, folders)
        rights.update(seen)
        level = list(work.doors.counted(caller, place, [folder for folder in folders if folder.id in seen]))
        for folder in level:
            assert folder.parent is not None  # noqa: S101 - it came as somebody's child
            within[folder.id] = paths.free(within[folder.parent], folder.name) + "/"
            if rights[folder.id] & _OPEN == _OPEN:
                yield Bundled(within[folder.id], folder.modified_at, None, 0)
