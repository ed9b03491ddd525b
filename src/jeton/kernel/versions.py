"""Old versions of files: how many are kept, how long, and who lets them go.

Pure, apart from the Protocol that storage answers. Old versions weigh nothing: sizes, totals and quotas are those of
current versions alone (docs/decisions). What bounds them is this.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import FileId, NodeId
from jeton.kernel.tree import File, Folder
from jeton.kit.clock import DAY, Instant

if TYPE_CHECKING:
    from jeton.kernel.ports import Platform, Work

VERSION_COUNT: Final = "version_count"
"""The platform's setting: how many versions of a file are kept, its current one among them; 0 keeps all."""

VERSION_DAYS: Final = "version_days"
"""The platform's setting: how many days a version is kept after another replaced it; 0 sets no time."""

DEFAULT_COUNT: Final = 100
DEFAULT_VERSION_DAYS: Final = 0
_PRUNE: Final = OPERATOR._replace(name="retention")


class OldVersion(NamedTuple):
    """A version that may go, and its file: the node, the name, the id of its current version."""

    id: FileId
    node: NodeId
    name: str
    current: FileId


class Versions(Protocol):
    """All versions of files that one holds, and old ones whose time is over."""

    def of(self, file: File, *, offset: int, limit: int) -> Sequence[File]:
        """The file as each of its versions shows it, the newest first."""

    def beyond(self, count: int, limit: int) -> Sequence[OldVersion]:
        """Old versions of files that have more than `count` versions: those beyond that number."""

    def replaced(self, before: Instant, limit: int) -> Sequence[OldVersion]:
        """Old versions that were replaced before an instant, the first of them first."""

    def purged(self) -> Sequence[Folder]:
        """The folders that are purged; those in the trash and in the archive are left out."""

    def overdue(self, folder: Folder, before: Instant, limit: int) -> Sequence[File]:
        """Files below a folder whose current version came in before an instant, the first of them first. Those below a
        folder with a purge of its own are left out, and those that somebody locked."""

    def drop(self, node: NodeId, versions: Sequence[FileId], now: Instant) -> None:
        """Forget old versions of one file, and doom the bytes that nothing names any more."""


def prune(work: "Work", limit: int) -> int:
    """Let go of versions beyond what the platform keeps, at most `limit` of each kind; how many."""
    count = _setting(work.platform, VERSION_COUNT, DEFAULT_COUNT)
    days = _setting(work.platform, VERSION_DAYS, DEFAULT_VERSION_DAYS)
    due = {old.id: old for old in (work.versions.beyond(count, limit) if count else ())}
    due.update((old.id, old) for old in (work.versions.replaced(work.now - days * DAY, limit) if days else ()))
    files = {old.node: old for old in due.values()}
    gone = Counter(old.node for old in due.values())
    for node, file in files.items():
        work.versions.drop(node, [old.id for old in due.values() if old.node == node], work.now)
        work.audit.record(_PRUNE, "file.versions_pruned", str(file.current), name=file.name, versions=gone[node])
    return len(due)


def _setting(platform: "Platform", name: str, default: int) -> int:
    kept = platform.value(name)
    return int(kept) if kept is not None and kept.isdecimal() else default
