"""The one writer: a thread, a queue, and transactions that many works share.

Works that wait together are run one after the other in one transaction, each in a savepoint of its own, and committed
with one sync. Every answer of a batch, refusals too, leaves after its COMMIT. When an engine error takes the whole
transaction away (a full disk does), or COMMIT fails, nobody is answered: each work is run again alone, once.
Source: architecture.md part 0, "Execution"; decisions.md, "Group commit".
"""

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final

import apsw

from jeton.kernel.problems import Busy
from jeton.storage.sql.sqlite import is_damage, problem_of
from jeton.storage.sql.turns import has_more

MOST_WAITING: Final = 1024
MOST_IN_A_BATCH: Final = 128
NOTES_IN_A_BATCH: Final = 64
NOTES_WHEN_IDLE: Final = 512
CHECKPOINT_PAGES: Final = 2000
IDLE_S: Final = 0.5
JOBS_EVERY_S: Final = 5.0
JOBS_REST: Final = 19
RETRY_S: Final = 5

# `Any` below: a work's value is whatever its use case gives, and its reply (an asyncio future) is opaque here.
Use = Callable[[Any], Any]
Job = tuple[Use, Any]
Answer = tuple[Any, Any, BaseException | None]
"""The reply, and what it gets: a value or an error."""

_log = logging.getLogger(__name__)


class _Lost(Exception):
    """The engine took the whole transaction away: nothing of it stands."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Writer:
    """Runs works in order of arrival."""

    __slots__ = (
        "_connection", "_deliver", "_due", "_in_hand", "_is_stopping", "_jobs", "_jobs_at", "_jobs_every_s", "_queue",
        "_rest_until", "_run", "_settled_pages", "_take_notes", "_thread", "_wal_pages", "is_healthy",
    )  # fmt: skip

    def __init__(
        self,
        connection: apsw.Connection,
        run: Callable[[Use], Any],
        deliver: Callable[[Sequence[Answer]], None],
        take_notes: Callable[[int], Sequence[Use]],
        *,
        jobs: Sequence[Use] = (),
        jobs_every_s: float = JOBS_EVERY_S,
    ) -> None:
        """Take over a connection.

        `run` runs one use case on the connection; `deliver` hands a batch's answers back; `take_notes` gives up to so
        many facts that wait to be written; `jobs` are small works for now and then, which say whether they have more to
        do (`turns.has_more`). Notes and jobs have nobody to answer: their failures are logged.
        """
        self._connection = connection
        self._run = run
        self._deliver = deliver
        self._take_notes = take_notes
        self._jobs = jobs
        self._jobs_every_s = jobs_every_s
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._in_hand: list[Job] = []
        self._due: deque[Use] = deque()
        self._jobs_at = time.monotonic() + jobs_every_s
        self._rest_until = 0.0
        self._wal_pages = 0
        self._settled_pages = 0
        self._is_stopping = False
        self.is_healthy = True
        connection.set_wal_hook(self._count_pages)
        self._thread = threading.Thread(target=self._work, name="jeton-writer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def submit(self, use: Use, reply: object) -> None:
        """Add a work. Raises Busy: too many wait, the store can no longer be trusted, or it is closing."""
        if not self.is_healthy or self._is_stopping:
            raise Busy(retry_after_s=RETRY_S)
        if self._queue.qsize() >= MOST_WAITING:
            raise Busy(retry_after_s=1)
        self._queue.put((use, reply))

    def stop(self) -> None:
        """Do what still waits, move the log into the database, and end."""
        self._is_stopping = True
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        _give_way()
        try:
            self._serve_until_stopped()
        except BaseException:
            _log.exception("the writer failed")
            self.is_healthy = False
        finally:
            self._deliver(_all_busy([*self._in_hand, *self._rest()]))
            self._close()

    def _serve_until_stopped(self) -> None:
        is_last = False
        while not is_last:
            batch, is_last = self._next_batch()
            if batch:
                self._serve(batch)
            else:
                self._quietly(self._take_notes(NOTES_WHEN_IDLE))
            # Settled once nothing is to be done, or the log has grown.
            if self._wal_pages >= self._settled_pages + (CHECKPOINT_PAGES if batch or self._due else 1):
                self._checkpoint()
            self._do_a_job()
        while batch := self._rest():
            self._serve(batch)
        self._quietly(self._take_notes(NOTES_WHEN_IDLE))

    def _do_a_job(self) -> None:
        """Do one job that is due, and have it come again where there is more of it.

        Under load jobs take a twentieth of the writer's time, one after each batch, so that nobody waits for more than
        one, and rows that are over do not pile up.
        """
        now = time.monotonic()
        if not self._due:
            if now < self._jobs_at:
                return
            self._due.extend(self._jobs)
            self._jobs_at = now + self._jobs_every_s
        if not self._due or (now < self._rest_until and not self._queue.empty()):
            return
        job = self._due.popleft()
        told: list[Any] = []
        self._quietly([lambda work: told.append(job(work))])
        done = time.monotonic()
        if told and has_more(told[0], done - now):
            self._due.append(job)
        self._rest_until = done + JOBS_REST * (done - now)

    def _next_batch(self) -> tuple[list[Job], bool]:
        """Wait for works, and take those that wait together; whether it is time to stop."""
        try:
            first = self._queue.get(timeout=0 if self._due else IDLE_S)
        except Empty:
            return [], False
        return ([first, *self._rest()], self._is_stopping) if first is not None else ([], True)

    def _rest(self) -> list[Job]:
        jobs: list[Job] = []
        with suppress(Empty):
            while len(jobs) < MOST_IN_A_BATCH:
                job = self._queue.get_nowait()
                if job is not None:
                    jobs.append(job)
        return jobs

    def _serve(self, batch: list[Job]) -> None:
        self._in_hand = batch
        if not self.is_healthy:
            answers = _all_busy(batch)
        else:
            try:
                answers = self._commit(batch, self._take_notes(NOTES_IN_A_BATCH))
            except _Lost as lost:
                answers = self._after(lost, batch)
        self._deliver(answers)
        self._in_hand = []

    def _after(self, lost: _Lost, batch: list[Job]) -> list[Answer]:
        if self._has_damage(lost) or isinstance(lost.cause, apsw.BusyError):
            return _all_busy(batch)
        return [self._alone(job) for job in batch]

    def _alone(self, job: Job) -> Answer:
        if not self.is_healthy:
            return _all_busy([job])[0]
        try:
            return self._commit([job], ())[0]
        except _Lost as lost:
            problem = problem_of(lost.cause) if isinstance(lost.cause, apsw.Error) else None
            if not self._has_damage(lost) and problem is None:
                _log.error("a work could not be committed", exc_info=lost.cause)
            return job[1], None, problem or Busy(retry_after_s=RETRY_S)

    def _has_damage(self, lost: _Lost) -> bool:
        """After a failed sync nobody knows what the disk holds: nothing more is promised until a restart."""
        if not isinstance(lost.cause, apsw.Error) or not is_damage(lost.cause):
            return False
        self.is_healthy = False
        _log.error("the data folder cannot be trusted any longer: writes are refused", exc_info=lost.cause)
        return True

    def _quietly(self, uses: Sequence[Use]) -> None:
        """Write what nobody waits for, in one transaction."""
        if not uses or not self.is_healthy:
            return
        try:
            self._commit([], uses)
        except _Lost as lost:
            if not self._has_damage(lost):
                _log.warning("facts or jobs could not be committed: %s", lost.cause)

    def _commit(self, batch: list[Job], uses: Sequence[Use]) -> list[Answer]:
        """One transaction: works, whose answers it gives, then uses that nobody waits for. Raises _Lost."""
        execute = self._connection.execute
        run = self._run
        answers: list[Answer] = []
        try:
            execute("BEGIN IMMEDIATE")
            for use, reply in batch:
                execute("SAVEPOINT work")
                try:
                    value = run(use)
                except Exception as error:
                    self._undo(error)
                    answers.append((reply, None, error))
                else:
                    execute("RELEASE work")
                    answers.append((reply, value, None))
            for use in uses:
                execute("SAVEPOINT work")
                try:
                    run(use)
                except Exception as error:
                    self._undo(error)
                    _log.exception("a fact or job could not be written")
                else:
                    execute("RELEASE work")
            execute("COMMIT")
        except apsw.Error as error:
            self._roll_back()
            raise _Lost(error) from error
        except _Lost:
            self._roll_back()
            raise
        return answers

    def _undo(self, error: Exception) -> None:
        """Take back one work. Raises _Lost when the others are gone, or doubtful, as well."""
        if not self._connection.in_transaction or (
            isinstance(error, apsw.Error) and (is_damage(error) or problem_of(error) is not None)
        ):
            raise _Lost(error)
        self._connection.execute("ROLLBACK TO work")
        self._connection.execute("RELEASE work")

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _count_pages(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        if pages < self._settled_pages:  # the log began anew
            self._settled_pages = 0
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _checkpoint(self, mode: int = apsw.SQLITE_CHECKPOINT_PASSIVE) -> None:
        if not self.is_healthy:
            return
        # A reader may be in the way: the log keeps the rest, and is not looked at again before it has grown.
        self._settled_pages = self._wal_pages
        try:
            self._connection.wal_checkpoint(mode=mode)
        except apsw.Error as error:
            self._has_damage(_Lost(error))

    def _close(self) -> None:
        self._checkpoint(apsw.SQLITE_CHECKPOINT_TRUNCATE)
        if not self.is_healthy:
            self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self._connection.close()


def _give_way() -> None:
    """Do not interrupt the thread that answers when this one wakes: more works share a commit, a twentieth is saved."""
    if sys.platform == "linux":
        with suppress(OSError):  # a wish, no need
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # 0: this thread


def _all_busy(batch: list[Job]) -> list[Answer]:
    return [(reply, None, Busy(retry_after_s=RETRY_S)) for _, reply in batch]
