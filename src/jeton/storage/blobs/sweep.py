"""Blobs that nothing names are taken away, a few at a time: announced and never named, or doomed with their row."""

from typing import Final

from jeton.kernel.ports import Blobs, Work
from jeton.kit.clock import DAY, Instant

GIVEN_UP_AFTER: Final[Instant] = DAY


def sweep_blobs(work: Work, blobs: Blobs, now: Instant, limit: int) -> int:
    """Forget up to `limit` of each kind; how many. The store is never walked: rows say what is to go."""
    abandoned = work.blobs.abandoned_since(now - GIVEN_UP_AFTER, limit)
    for blob in abandoned:
        blobs.remove(blob)
        work.blobs.abandon(blob)
    doomed = work.blobs.doomed(now, limit)
    for blob in doomed:
        blobs.remove(blob)
        work.blobs.unlinked(blob, now)
    return len(abandoned) + len(doomed)
