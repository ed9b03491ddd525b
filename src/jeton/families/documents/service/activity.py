"""The use cases on what was done to files and folders. Source: wire/files.md section 8.4."""

from collections.abc import Sequence
from typing import Final

from jeton.families.documents.model.activity import MOST_LOOKED_AT, FileTimeline, FolderTimeline, RecentFiles
from jeton.families.documents.model.folders import MOST_ROWS
from jeton.kernel.activity import Event, actions_for, event
from jeton.kernel.caller import Caller
from jeton.kernel.doors import standing
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.ports import Work
from jeton.kernel.problems import Forbidden, Unknown
from jeton.kernel.tree import Right, SeenFile

_AT_ONCE: Final = 500
_ABOVE_ALL: Final = FileId(2**63 - 1)


def always_long(command: object) -> bool:
    """The journal, and all new files, are read on a thread of their own."""
    return True


def of_file(work: Work, caller: Caller, command: FileTimeline) -> Sequence[Event]:
    """Tell what was done to a file, in all its versions. Raises NoSuchFile."""
    file, place = work.doors.file_and_place(caller, command.file, Right.READ)
    actions = actions_for(holder=bool(standing(caller, place)))
    lines = work.activity.of_file(file, actions, offset=command.offset, limit=command.limit)
    return [event(line) for line in lines]


def of_folder(work: Work, caller: Caller, command: FolderTimeline) -> Sequence[Event]:
    """Tell what was done to a folder, and to what one sees directly in it. Raises NoSuchFolder."""
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.NONE)
    rights = work.doors.sight(caller, folder, place).rights
    inner = work.tree.folders_in(folder, offset=0, limit=MOST_ROWS)
    lines = work.activity.of_folder(
        folder,
        list(work.doors.children(caller, place, {folder.id: rights}, inner)),
        actions_for(holder=bool(standing(caller, place))),
        files=Right.READ in rights,
        offset=command.offset,
        limit=command.limit,
    )
    return [event(line) for line in lines]


def recent(work: Work, caller: Caller, command: RecentFiles) -> Sequence[SeenFile]:
    """List files that one sees, that with the newest version first; among the platform's newest 5,000 versions."""
    found: list[SeenFile] = []
    readable: dict[FolderId, bool] = {}
    below, looked_at = _ABOVE_ALL, 0
    while looked_at < MOST_LOOKED_AT:
        batch = work.activity.newest(below, _AT_ONCE)
        for version, parent in batch:
            if parent not in readable:
                readable[parent] = _reads(work, caller, parent)
            if readable[parent]:
                file, place = work.doors.file_and_place(caller, version, Right.READ)
                found.append(SeenFile(file, work.doors.sight(caller, file, place)))
                if len(found) == command.limit:
                    return found
        if len(batch) < _AT_ONCE:
            break
        below, looked_at = batch[-1][0], looked_at + len(batch)
    return found


def _reads(work: Work, caller: Caller, folder: FolderId) -> bool:
    try:
        work.doors.folder(caller, folder, Right.READ)
    except (Unknown, Forbidden):
        return False
    return True
