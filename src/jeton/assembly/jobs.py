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

Job = Callable[[Work], object]
"""Does a little; gives something true where there is more to do at once, or what says so (`storage.sql.turns`)."""

Some = Callable[[Work, int], int]
"""Does at most so many; how many it were."""


def idle_jobs(blobs: Blobs) -> Sequence[Job]:
    """Seal the journal; forget what is over, uploads, what was destroyed, bytes that nothing names; turn the keys."""

    def journal(work: Work) -> None:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        seal(work)

    def bytes_nothing_names(work: Work, limit: int) -> int:
        return sweep_blobs(work, blobs, work.now, limit)

    def keys(work: Work) -> None:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        work.signing.turn()

    rows = tuple(map(_rows, (*SWEEPS, _reap)))
    some = (*rows, forget_old, purge_folders, purge, prune, expire, bytes_nothing_names)
    return (journal, *map(_in_batches, some), keys)


def _reap(session: Session, now: Instant, limit: int) -> int:
    return reap(session, now, limit=limit)


def _rows(take: Take) -> Some:
    def some(work: Work, limit: int) -> int:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        return take(work.session, work.now, limit)

    return some


def _in_batches(some: Some) -> Job:
    batches = Batches()

    def job(work: Work) -> Learn:
        return batches.run(lambda limit: some(work, limit))

    return job
