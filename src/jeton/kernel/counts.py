"""Counts of folders as somebody sees them: what is kept counts everything, what is shown counts only what they see.

Pure. The doors ask it for those few people from whom something is hidden below what they may read.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from jeton.kernel.entries import Said, rights_below
from jeton.kernel.ids import FolderId
from jeton.kernel.tree import Right, Totals

NOTHING: Final = Totals(0, 0, 0, 0, 0)
_PASS: Final = ~Right.BROWSE.value
_READ: Final = Right.READ.value


def hidden_counts(
    ways: Sequence[Sequence[FolderId]], said: Mapping[FolderId, Sequence[Said]], kept: Mapping[FolderId, Totals]
) -> Mapping[FolderId, Totals]:
    """What to add to the kept counts of each folder, mostly less than nothing; folders that stay as kept are absent.

    `ways` leads from the top to each folder with an entry that concerns the person, `kept` holds the counts of those
    folders. At each of them what one sees may change: from there down everything counts, or counts no longer, in the
    folders above, as far up as they hang together in sight.
    """
    changed: dict[FolderId, Totals] = {}
    for way in ways:
        before, held, levels = 0, 0, []
        for folder in way:
            before = held & _PASS
            held = rights_below(held, said[folder])
            levels.append(held)
        itself = bool(held) - bool(before)
        inside = bool(held & _PASS) - bool(before)  # who may only pass through sees nothing that is not given again
        read = bool(held & _READ) - bool(before & _READ)
        here = kept[way[-1]]
        more = Totals(read * here.files, itself + inside * here.folders, read * here.size_bytes, 0, itself)
        for level in range(len(way) - 2, -1, -1):
            if not levels[level]:
                break
            changed[way[level]] = added(changed.get(way[level], NOTHING), more)
            more = more._replace(direct_folders=0)
    return changed


def added(kept: Totals, more: Totals) -> Totals:
    """The sum of the two, member by member."""
    return Totals(*(a + b for a, b in zip(kept, more, strict=True)))
