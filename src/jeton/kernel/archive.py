"""The archive: a space apart for what is kept but not worked on, which may go back to where it was.

Pure, apart from the Protocol that storage answers. What is archived hangs in no folder, and remembers the one that held
it: its rights come down from there as they did, so that nobody reads more by archiving, and nobody less while that
folder stands. Once it is gone, the archived folder's own entries hold, and whoever holds the space reaches it. Counts
of folders and their quotas leave the archive out; the quota of a whole space counts it.
"""

from collections.abc import Sequence
from typing import Protocol

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.tree import File, Folder, Lineage, Space, Totals
from jeton.kit.clock import Instant


class Archive(Protocol):
    """What was archived. Callers hold nodes by the archive's doors."""

    def put(self, node: Folder | File, *, place: str, by: PrincipalId, now: Instant) -> None:
        """Take a node, with all below it, out of the tree; `place` names the folders that held it, as far as `by` saw
        them. Locks end.
        """

    def add_folder(
        self, home: Folder, place: Lineage, name: str, *, owner: PrincipalId, created_at: Instant, modified_at: Instant
    ) -> FolderId:
        """Make a folder among what was archived from `home`, a folder of the tree, which hangs at `place`."""

    def move(self, node: Folder | File, target: Folder, name: str, now: Instant) -> None:
        """Hang what is archived in a folder, of the archive or of the tree, there under this name."""

    def of(self, home: Folder, limit: int) -> tuple[Sequence[Folder], Sequence[File]]:
        """What was archived from a folder of the tree, by name, each as if it still hung there."""

    def everything(self) -> Totals:
        """What is archived from all spaces together, whoever may see it."""

    def held(self, space: Space, owner: PrincipalId) -> Totals:
        """What is archived from a space, together."""
