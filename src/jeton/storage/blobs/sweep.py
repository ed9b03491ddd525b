"""Blobs that nothing names are taken away, a few at a time: announced and never named, or doomed with their row.

One that the disk does not give up is noted in the log and put off, so that it keeps nobody waiting.
"""

import logging
from typing import Final

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Blobs, Work
from jeton.kit.clock import DAY, Instant

_log = logging.getLogger(__name__)

GIVEN_UP_AFTER: Final[Instant] = DAY


def sweep_blobs(work: Work, blobs: Blobs, now: Instant, limit: int) -> int:
    """Forget up to `limit` of each kind; how many. The store is never walked: rows say what is to go."""
    abandoned = work.blobs.abandoned_since(now - GIVEN_UP_AFTER, limit)
    for blob in abandoned:
        if _removed(work, blobs, blob, now):
            work.blobs.abandon(blob)
    doomed = work.blobs.doomed(now, limit)
    for blob in doomed:
        if _removed(work, blobs, blob, now):
            work.blobs.unlinked(blob, now)
    return len(abandoned) + len(doomed)


def _removed(work: Work, blobs: Blobs, blob: BlobId, now: Instant) -> bool:
    try:
        blobs.remove(blob)
    except OSError as error:
        _log.warning("Blob %s cannot be taken away, and is tried again later: %s", blob, error.strerror)
        work.blobs.put_off(blob, now)
        return False
    return True
