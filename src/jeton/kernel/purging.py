"""Purged folders: what lies in them longer than they say goes to the trash, by the platform.

Pure, apart from the ports that storage answers. A folder's purge holds for all below it, down to folders that have one
of their own; 0 says nothing, so that what stands above holds. Age counts from when the current version came in, which
no client says.
"""

from typing import TYPE_CHECKING, Final

from jeton.kernel.caller import OPERATOR
from jeton.kit.clock import DAY, HOUR

if TYPE_CHECKING:
    from jeton.kernel.ports import Work

NEXT_PURGE: Final = "next_purge"
"""Kept by the platform for itself: when purged folders are looked through again."""

_PURGE: Final = OPERATOR._replace(name="retention")


def purge_folders(work: "Work", limit: int) -> int:
    """Put what is overdue in the trash, at most `limit` files; how many. Once nothing is, it rests for an hour."""
    rests_until = work.platform.value(NEXT_PURGE)
    if rests_until is not None and work.now < int(rests_until):
        return 0
    folders = work.versions.purged()
    gone = 0
    for folder in folders:
        for file in work.versions.overdue(folder, work.now - folder.purge_after_days * DAY, limit - gone):
            above = work.tree.place(file).above
            work.tree.trash(
                file,
                by=_PURGE.principal,
                trash_id=work.mint.number(work.now),
                now=work.now,
                place="/".join(ancestor.name for ancestor in above),
            )
            work.audit.record(_PURGE, "file.purged", str(file.id), name=file.name, folder=folder.id)
            gone += 1
    if folders and gone < limit:
        work.platform.keep(NEXT_PURGE, str(work.now + HOUR))
    return gone
