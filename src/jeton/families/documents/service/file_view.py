"""What the console shows of one file: what it is, where, its versions, its lock, what was done to it lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jeton.families.documents.model.activity import FileTimeline
from jeton.families.documents.model.files import OpenFile
from jeton.families.documents.model.versions import ListVersions
from jeton.families.documents.service import activity, versions
from jeton.families.documents.service.browsing import is_barred, is_drawn
from jeton.families.documents.service.sharing import FLAGS
from jeton.kernel.activity import Event
from jeton.kernel.caller import Caller
from jeton.kernel.locks import LockKind, is_offered
from jeton.kernel.logs import ACTIONS
from jeton.kernel.ports import Work
from jeton.kernel.tree import Ancestor, File, Right, SeenFile

_MOST_VERSIONS: Final = 100
_MOST_EVENTS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """One file as its current version, with its versions, the newest first.

    `may` as in `browsing.FolderView`; `is_drawn` whether its name promises a picture; `locks` are the kinds of lock
    that one may take; `may_release` whether one may end the lock that there is; `deeds` puts the acts of `events` into
    words.
    """

    file: File
    above: Sequence[Ancestor]
    may: frozenset[str]
    versions: Sequence[SeenFile]
    is_barred: bool
    is_drawn: bool
    locks: Sequence[str]
    may_release: bool
    events: Sequence[Event]
    deeds: Mapping[str, str]


def view_file(work: Work, caller: Caller, command: OpenFile) -> FileView:
    """One file, whichever version was named. Raises NoSuchFile."""
    _, file, place = work.doors.versions(caller, command.file, Right.READ)
    sight = work.doors.sight(caller, file, place)
    kinds = [kind.value for kind in LockKind if is_offered(work.platform, kind)]
    lock = file.lock
    return FileView(
        file=file,
        above=sight.above,
        may=frozenset(word for word, flag in FLAGS.items() if flag in sight.rights),
        versions=versions.list_versions(work, caller, ListVersions(file=file.id, limit=_MOST_VERSIONS)),
        is_barred=is_barred(file, caller, Right.EDIT),
        is_drawn=is_drawn(file, caller),
        locks=kinds if lock is None and Right.EDIT in sight.rights else [],
        may_release=lock is not None and (lock.owner == caller.principal or sight.may_give_rights),
        deeds=ACTIONS,
        events=activity.of_file(work, caller, FileTimeline(file=file.id, limit=_MOST_EVENTS)),
    )
