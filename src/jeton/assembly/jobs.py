"""What is done when nobody waits: small works, one transaction each, run by the writer between two batches."""

from collections.abc import Callable, Sequence

from jeton.kernel.logs import forget_old
from jeton.kernel.ports import Blobs, Work
from jeton.kernel.purging import purge_folders
from jeton.kernel.trash import purge
from jeton.kernel.uploads import expire
from jeton.kernel.versions import prune
from jeton.kit.clock import Instant
from jeton.storage.blobs.sweep import sweep_blobs
from jeton.storage.sql.sealing import seal
from jeton.storage.sql.session import Session
from jeton.storage.sql.sweep import SWEEPS, Take
from jeton.storage.sql.trash import reap
from jeton.storage.sql.turns import Batches, Learn
from jeton.storage.work import SqlWork

_AT_ONCE = 200

Job = Callable[[Work], object]
"""Does a little; gives something true where there is more to do at once, or what says so (`storage.sql.turns`)."""


def idle_jobs(blobs: Blobs) -> Sequence[Job]:
    """Seal the journal; forget what is over, uploads, what was destroyed, bytes that nothing names; turn the keys."""

    def journal(work: Work) -> None:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        seal(work)

    def trash(work: Work) -> None:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        purge_folders(work, _AT_ONCE)
        purge(work, _AT_ONCE)

    def versions(work: Work) -> None:
        prune(work, _AT_ONCE)

    def uploads(work: Work) -> None:
        expire(work, _AT_ONCE)

    def bytes_nothing_names(work: Work) -> None:
        sweep_blobs(work, blobs, work.now, _AT_ONCE)

    def keys(work: Work) -> None:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        work.signing.turn()

    return (journal, *map(_rows, SWEEPS), _lines(), trash, _rows(_reap), versions, uploads, bytes_nothing_names, keys)


def _reap(session: Session, now: Instant, limit: int) -> int:
    return reap(session, now, limit=limit)


def _rows(take: Take) -> Job:
    batches = Batches()

    def job(work: Work) -> Learn:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        return batches.run(lambda limit: take(work.session, work.now, limit))

    return job


def _lines() -> Job:
    batches = Batches()
    return lambda work: batches.run(lambda limit: forget_old(work, limit))
