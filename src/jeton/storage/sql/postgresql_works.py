"""Where a use case runs on PostgreSQL: reads on a few threads, writes on one, each with a connection of its own.

Writes that wait together share one transaction, and one sync, as on SQLite: within a process they never meet, and they
are done in the order in which they came. Other processes and machines have their own.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from jeton.kernel.configuration import Seals
from jeton.kernel.ports import Note, Work
from jeton.kernel.problems import Busy, Problem
from jeton.kernel.tree import Strictness
from jeton.kit.clock import Clock
from jeton.kit.mint import Mint
from jeton.storage.keys import NO_KEYS
from jeton.storage.sql.notes import Notes
from jeton.storage.sql.postgresql import compile_all
from jeton.storage.sql.postgresql_line import Begin, Line, Outage, Outcome, Use
from jeton.storage.sql.turns import has_more
from jeton.storage.sql.writer import JOBS_EVERY_S, MOST_WAITING, NOTES_IN_A_BATCH
from jeton.storage.work import SqlWork

T = TypeVar("T")

READERS: Final = 4
LONG_READERS: Final = 2
MOST_IN_A_BATCH: Final = 32
"""Fewer than on SQLite: rows stay locked for other processes while a batch runs."""
LONG_S: Final = 300
NOTES_EVERY_S: Final = 0.5
JOBS_FOR_S: Final = 5.0
"""So long jobs that have more to do go on; then facts are written again."""
JOBS_TURN: Final = 0x6A65746F6E02
"""The advisory lock of whoever does the jobs."""

Job = tuple[Use, "asyncio.Future[Any]"]

_log = logging.getLogger(__name__)


class PostgresWorks:
    """Satisfies kernel.ports.Works for one of many processes on a database, which must be migrated already."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        mint: Mint,
        *,
        names: Strictness = Strictness.STRICT,
        password_login: bool = False,
        seals: Seals = NO_KEYS,
        idle_jobs: Sequence[Callable[[Work], object]] = (),
        jobs_every_s: float = JOBS_EVERY_S,
    ) -> None:
        """Connect and begin to work. Raises Unreachable, UnsoundPostgresql, Uncompilable."""
        compile_all()
        begin = _beginner(clock, mint, names, seals, password_login=password_login)
        self._outage = Outage()
        self._notes = Notes(clock)

        def line(limit_s: int = 30) -> Line:
            return Line(url, begin, self._outage, limit_s=limit_s)

        first = line()
        first.open()
        self._writer = _Crew("jeton-writer", [first], _write, most_at_once=MOST_IN_A_BATCH)
        self._readers = _Crew("jeton-reader", [line() for _ in range(READERS)], _read)
        self._long_readers = _Crew("jeton-long", [line(LONG_S) for _ in range(LONG_READERS)], _read)
        self._background = _Background(line(), self._notes, idle_jobs, jobs_every_s)

    @property
    def is_healthy(self) -> bool:
        """Whether the server answers."""
        return not self._outage.is_on

    def read(self, use: Callable[[Work], T], *, long: bool = False) -> Awaitable[T]:
        """Run on one moment, on a thread. Raises Busy, and what `use` raises."""
        return (self._long_readers if long else self._readers).submit(use)

    def write(self, use: Callable[[Work], T]) -> Awaitable[T]:
        """Run in the writer's transaction; over when it is kept. Raises Busy, NoSpace, and what `use` raises."""
        return self._writer.submit(use)

    def note(self, note: Note) -> None:
        """Hand over a fact to be written soon; at most once a minute for each subject."""
        self._notes.add(note)

    def close(self) -> None:
        """Do what still waits, then let go of every connection. Blocks: on a thread, while the loop still runs."""
        for crew in (self._readers, self._long_readers, self._writer):
            crew.stop()
        self._background.stop()


class PostgresBesideWorks:
    """For a command, alone or beside servers: short transactions, one after the other, on the calling thread."""

    __slots__ = ("_line",)

    def __init__(self, url: str, clock: Clock, mint: Mint, seals: Seals = NO_KEYS) -> None:
        """Connect to a migrated database. Raises Unreachable, UnsoundPostgresql."""
        self._line = Line(url, _beginner(clock, mint, Strictness.STRICT, seals), Outage(), limit_s=LONG_S)
        self._line.open()

    def read(self, use: Callable[[Work], T]) -> T:
        """Run on one moment."""
        return self._line.read(use)

    def write(self, use: Callable[[Work], T]) -> T:
        """Run and keep; whatever is raised undoes all of it. Raises Busy, NoSpace, and what `use` raises."""
        [outcome] = self._line.write([use])
        if outcome.error is not None:
            raise outcome.error
        value: T = outcome.value
        return value

    def close(self) -> None:
        """Let go of the database."""
        self._line.close()


def _beginner(clock: Clock, mint: Mint, names: Strictness, seals: Seals, *, password_login: bool = False) -> Begin:
    return lambda session: SqlWork(session, clock(), mint, names, seals, password_login)


def _read(line: Line, uses: Sequence[Use]) -> list[Outcome]:
    return [Outcome(line.read(use), None) for use in uses]


def _write(line: Line, uses: Sequence[Use]) -> list[Outcome]:
    return line.write(uses)


class _Crew:
    """Threads that take works from one queue, in order of arrival, and answer on the loop of whoever asked."""

    __slots__ = ("_is_stopping", "_most_at_once", "_queue", "_run", "_threads")

    def __init__(
        self,
        name: str,
        lines: Sequence[Line],
        run: Callable[[Line, Sequence[Use]], list[Outcome]],
        *,
        most_at_once: int = 1,
    ) -> None:
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._run = run
        self._most_at_once = most_at_once
        self._is_stopping = False
        self._threads = [threading.Thread(target=self._work, args=(line,), name=name, daemon=True) for line in lines]
        for thread in self._threads:
            thread.start()

    def submit(self, use: Use) -> "asyncio.Future[Any]":
        """Add a work. Raises Busy: too many wait, or it is closing."""
        reply = asyncio.get_running_loop().create_future()
        if self._is_stopping or self._queue.qsize() >= MOST_WAITING:
            reply.set_exception(Busy(retry_after_s=1))
        else:
            self._queue.put((use, reply))
        return reply

    def stop(self) -> None:
        """Do what still waits, and end."""
        self._is_stopping = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self, line: Line) -> None:
        is_last = False
        while not is_last:
            batch, is_last = self._next_batch()
            if batch:
                self._serve(line, batch)
        line.close()

    def _next_batch(self) -> tuple[list[Job], bool]:
        """Wait for works, and take those that wait together; whether it is time to end."""
        batch: list[Job] = []
        job = self._queue.get()
        while job is not None:
            batch.append(job)
            if len(batch) == self._most_at_once:
                return batch, False
            try:
                job = self._queue.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _serve(self, line: Line, batch: list[Job]) -> None:
        outcomes: list[Outcome]
        try:
            outcomes = self._run(line, [use for use, _ in batch])
        except Exception as error:
            outcomes = [Outcome(None, error)] * len(batch)
        answers = [(reply, outcome) for (_, reply), outcome in zip(batch, outcomes, strict=True)]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more, what was kept is kept
            batch[0][1].get_loop().call_soon_threadsafe(_resolve, answers)


def _resolve(answers: Sequence[tuple["asyncio.Future[Any]", Outcome]]) -> None:
    for reply, outcome in answers:
        if reply.done():  # nobody waits any more; what was kept is kept
            continue
        if outcome.error is None:
            reply.set_result(outcome.value)
        else:
            reply.set_exception(outcome.error)


class _Background:
    """A thread for what nobody waits for: facts observed on the way, and jobs, which one process does at a time."""

    __slots__ = ("_is_stopping", "_jobs", "_jobs_every_s", "_line", "_notes", "_thread")

    def __init__(self, line: Line, notes: Notes, jobs: Sequence[Use], jobs_every_s: float) -> None:
        self._line = line
        self._notes = notes
        self._jobs = jobs
        self._jobs_every_s = jobs_every_s
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="jeton-background", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what still waits, and end."""
        self._is_stopping.set()
        self._thread.join()

    def _work(self) -> None:
        since_jobs = 0.0
        every = min(NOTES_EVERY_S, self._jobs_every_s)
        while not self._is_stopping.wait(every):
            self._quietly(self._write_notes)
            since_jobs += every
            if since_jobs >= self._jobs_every_s:
                since_jobs = 0.0
                self._quietly(self._do_jobs)
        self._quietly(self._write_notes)
        self._line.close()

    def _write_notes(self) -> None:
        while uses := self._notes.take(NOTES_IN_A_BATCH):
            self._tell(self._line.write(uses))

    def _do_jobs(self) -> None:
        until = time.monotonic() + JOBS_FOR_S
        for job in self._jobs:
            while self._has_more(job) and time.monotonic() < until and not self._is_stopping.is_set():
                pass
        self._line.forget_marks()

    def _has_more(self, job: Use) -> bool:
        began = time.monotonic()
        outcomes = self._line.write([job], turn=JOBS_TURN)
        took_s = time.monotonic() - began
        self._tell(outcomes)
        return any(has_more(outcome.value, took_s) for outcome in outcomes)

    def _tell(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.error is not None:
                _log.error("a fact or job could not be written", exc_info=outcome.error)

    def _quietly(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Problem as problem:
            _log.warning("facts or jobs could not be committed: %s", problem.code)
        except Exception:
            _log.exception("facts or jobs could not be committed")
