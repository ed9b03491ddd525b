"""The one writer: a thread, a queue, and transactions that many works share.

Works that wait together are run one after the other in one transaction, each in a savepoint of its own, and committed
with one sync. Every answer of a batch, refusals too, leaves after its COMMIT. When an engine error takes the whole
transaction away (a full disk does), or COMMIT fails, nobody is answered: each work is run again alone, once.
Source: architecture.md part 0, "Execution"; decisions.md, "Group commit".
"""

import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

import apsw

from jeton.kernel.problems import Busy, NoSpace, Problem

MOST_WAITING: Final = 1024
MOST_IN_A_BATCH: Final = 128
CHECKPOINT_PAGES: Final = 2000
IDLE_S: Final = 0.5

# A work's value is whatever its use case gives.
Deliver = Callable[[Sequence[tuple["Job", Any, BaseException | None]]], None]
# Built per work: (session's transaction) -> Work.
RunWork = Callable[[Callable[[Any], Any]], Any]


class Job(NamedTuple):
    """A work that waits, and a token by which its answer finds its way back."""

    use: Callable[[Any], Any]
    reply: Any  # the asyncio future, opaque here


class _Lost(Exception):
    """The engine took the whole transaction away: nothing of it stands."""


class Writer:
    """Runs works in order of arrival. `run_work(use)` runs one use case on the writer's session."""

    __slots__ = (
        "_connection", "_deliver", "_idle_jobs", "_notes", "_queue", "_run_work", "_stopping", "_thread", "_wal_pages",
        "is_healthy", "waiting",
    )  # fmt: skip

    def __init__(
        self,
        connection: apsw.Connection,
        run_work: RunWork,
        deliver: Deliver,
        notes: Callable[[], Sequence[Callable[[Any], None]]],
        idle_jobs: Sequence[Callable[[Any], None]] = (),
    ) -> None:
        """`deliver` hands a batch's answers back; `notes` takes the facts observed since the last batch."""
        self._connection = connection
        self._run_work = run_work
        self._deliver = deliver
        self._notes = notes
        self._idle_jobs = idle_jobs
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._wal_pages = 0
        self._stopping = False
        self.waiting = 0
        self.is_healthy = True
        connection.set_wal_hook(self._count_pages)
        self._thread = threading.Thread(target=self._work, name="jeton-writer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Add a work. Raises Busy when too many wait, or when the store can no longer be trusted."""
        if not self.is_healthy:
            raise Busy(retry_after_s=30)
        if self.waiting >= MOST_WAITING:
            raise Busy(retry_after_s=1)
        self.waiting += 1
        self._queue.put(job)

    def stop(self) -> None:
        """Do what still waits, move the log into the database, and end."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        jobs_at = time.monotonic() + IDLE_S
        while not self._stopping:
            batch = self._next_batch()
            if batch:
                self._serve(batch)
                if self._wal_pages > CHECKPOINT_PAGES:
                    self._checkpoint(apsw.SQLITE_CHECKPOINT_PASSIVE)
            elif time.monotonic() >= jobs_at:
                self._in_the_background(self._notes())
                if self.is_healthy:
                    self._in_the_background(self._idle_jobs)
                if self._wal_pages:
                    self._checkpoint(apsw.SQLITE_CHECKPOINT_PASSIVE)
                jobs_at = time.monotonic() + 10 * IDLE_S
        self._in_the_background(self._notes())
        self._checkpoint(apsw.SQLITE_CHECKPOINT_TRUNCATE)
        self._connection.close()

    def _next_batch(self) -> list[Job]:
        batch: list[Job] = []
        try:
            job = self._queue.get(timeout=IDLE_S)
            while True:
                if job is None:
                    self._stopping = True
                else:
                    batch.append(job)
                if len(batch) >= MOST_IN_A_BATCH:
                    break
                job = self._queue.get_nowait()
        except Empty:
            pass
        return batch

    def _serve(self, batch: list[Job]) -> None:
        try:
            answers = self._commit(batch)
        except _Lost:
            answers = [self._alone(job) for job in batch]
        self.waiting -= len(batch)
        self._deliver(answers)

    def _alone(self, job: Job) -> tuple[Job, Any, BaseException | None]:
        try:
            return self._commit([job])[0]
        except _Lost as lost:
            cause = lost.__cause__
            if isinstance(cause, apsw.FullError):
                return job, None, NoSpace()
            if isinstance(cause, (apsw.IOError, apsw.CorruptError, apsw.ReadOnlyError)):
                # After a failed sync nobody knows what the disk holds: nothing more is promised until a restart.
                self.is_healthy = False
            return job, None, Busy(retry_after_s=5)

    def _commit(self, batch: list[Job]) -> list[tuple[Job, Any, BaseException | None]]:
        execute = self._connection.execute
        answers: list[tuple[Job, Any, BaseException | None]] = []
        try:
            execute("BEGIN IMMEDIATE")
            for job in batch:
                answers.append(self._in_savepoint(job))  # noqa: PERF401 - each is run as it is reached
            for note in self._notes():
                self._in_savepoint(Job(note, None))
            execute("COMMIT")
        except (apsw.Error, _Lost) as error:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise _Lost from (error.__cause__ if isinstance(error, _Lost) else error)
        return answers

    def _in_savepoint(self, job: Job) -> tuple[Job, Any, BaseException | None]:
        execute = self._connection.execute
        execute("SAVEPOINT work")
        try:
            value = self._run_work(job.use)
        except (apsw.FullError, apsw.IOError, apsw.CorruptError, apsw.ReadOnlyError) as error:
            raise _Lost from error
        except (Problem, Exception) as error:  # noqa: BLE001 - delivered to who asked
            if not self._connection.in_transaction:
                raise _Lost from error
            execute("ROLLBACK TO work")
            execute("RELEASE work")
            return job, None, error
        execute("RELEASE work")
        return job, value, None

    def _in_the_background(self, uses: Sequence[Callable[[Any], None]]) -> None:
        for use in uses:
            try:
                self._commit([Job(use, None)])
            except _Lost:
                return

    def _count_pages(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _checkpoint(self, mode: int) -> None:
        try:
            self._connection.wal_checkpoint(mode=mode)
            self._wal_pages = 0
        except apsw.Error:  # a reader is in the way, or the disk is full: the log keeps everything until later
            return
