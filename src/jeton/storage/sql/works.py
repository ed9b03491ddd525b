"""Where a use case runs on SQLite: reads inline, writes through the one writer, long reads on threads of their own."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

import apsw

from jeton.kernel.ports import Note, Work
from jeton.kit.clock import Clock
from jeton.kit.mint import Mint
from jeton.storage.sql.sqlite import DATABASE, FolderLock, SqliteSession, open_beside, open_reader, open_writer
from jeton.storage.sql.writer import Job, Writer
from jeton.storage.work import SqlWork

T = TypeVar("T")

NOTE_EVERY_S: Final = 60.0
MOST_NOTES: Final = 1000
MOST_REMEMBERED: Final = 20_000
LONG_READERS: Final = 2


class _Reader:
    """One read-only connection."""

    __slots__ = ("_clock", "_execute", "_mint", "_session", "close")

    def __init__(self, connection: apsw.Connection, clock: Clock, mint: Mint) -> None:
        self._execute = connection.execute
        self._session = SqliteSession(connection)
        self._clock = clock
        self._mint = mint
        self.close = connection.close

    def run(self, use: Callable[[Work], T]) -> T:
        """Run one use case on one snapshot."""
        self._execute("BEGIN")
        try:
            return use(SqlWork(self._session, self._clock(), self._mint))
        finally:
            self._execute("ROLLBACK")


class SqliteWorks:
    """Satisfies kernel.ports.Works for one process on a data folder. Its database must be migrated already."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        mint: Mint,
        *,
        idle_jobs: Sequence[Callable[[Work], None]] = (),
    ) -> None:
        """Raises FolderInUse."""
        self._lock = FolderLock(folder)
        self._file = folder / DATABASE
        self._clock = clock
        self._mint = mint
        connection = open_writer(self._file)
        session = SqliteSession(connection)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writer = Writer(
            connection,
            lambda use: use(SqlWork(session, clock(), mint)),
            self._deliver,
            self._take_notes,
            idle_jobs,
        )
        self._reader = _Reader(open_reader(self._file), clock, mint)
        self._long_readers = threading.local()
        self._opened: list[_Reader] = []
        self._long_pool = ThreadPoolExecutor(LONG_READERS, thread_name_prefix="jeton-long")
        self._notes: dict[tuple[str, int], Note] = {}
        self._noted_at: dict[tuple[str, int], float] = {}
        self._writer.start()

    @property
    def is_healthy(self) -> bool:
        """Whether writes are still taken."""
        return self._writer.is_healthy

    async def read(self, use: Callable[[Work], T], *, long: bool = False) -> T:
        """Run on one snapshot: here and now, or on a thread of its own."""
        if long:
            return await asyncio.get_running_loop().run_in_executor(self._long_pool, self._read_apart, use)
        return self._reader.run(use)

    async def write(self, use: Callable[[Work], T]) -> T:
        """Run in the writer's transaction; over when it is kept. Raises Busy, NoSpace, and what `use` raises."""
        loop = asyncio.get_running_loop()
        self._loop = loop
        reply: asyncio.Future[T] = loop.create_future()
        self._writer.submit(Job(use, reply))
        return await reply

    def note(self, note: Note) -> None:
        """Hand over a fact to be written with a later batch; at most once a minute for each subject."""
        subject = note.subject
        now = time.monotonic()
        if now - self._noted_at.get(subject, -NOTE_EVERY_S) < NOTE_EVERY_S:
            return
        if len(self._noted_at) >= MOST_REMEMBERED:
            self._noted_at.clear()
        self._noted_at[subject] = now
        if len(self._notes) < MOST_NOTES:
            self._notes[subject] = note

    def close(self) -> None:
        """Do what still waits, then let go of the folder."""
        self._writer.stop()
        self._long_pool.shutdown()
        self._reader.close()
        for reader in self._opened:
            reader.close()
        self._lock.release()

    def _read_apart(self, use: Callable[[Work], T]) -> T:
        reader: _Reader | None = getattr(self._long_readers, "reader", None)
        if reader is None:
            reader = self._long_readers.reader = _Reader(open_reader(self._file), self._clock, self._mint)
            self._opened.append(reader)
        return reader.run(use)

    def _take_notes(self) -> list[Callable[[Work], None]]:
        if not self._notes:
            return []
        notes, self._notes = self._notes, {}
        return [note.write for note in notes.values()]

    # Answers are of the kinds that the works give.
    def _deliver(self, answers: Sequence[tuple[Job, Any, BaseException | None]]) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: Sequence[tuple[Job, Any, BaseException | None]]) -> None:
    for job, value, error in answers:
        reply = job.reply
        if reply.done():  # nobody waits any more; what was kept is kept
            continue
        if error is None:
            reply.set_result(value)
        else:
            reply.set_exception(error)


class BesideWorks:
    """For a command, alone or beside a running server: short transactions, one after the other, on the calling thread."""

    def __init__(self, folder: Path, clock: Clock, mint: Mint) -> None:
        self._connection = open_beside(folder / DATABASE)
        self._session = SqliteSession(self._connection)
        self._clock = clock
        self._mint = mint

    def read(self, use: Callable[[Work], T]) -> T:
        """Run on one snapshot."""
        return self._run("BEGIN", use, "ROLLBACK")

    def write(self, use: Callable[[Work], T]) -> T:
        """Run and keep; a problem undoes all of it."""
        return self._run("BEGIN IMMEDIATE", use, "COMMIT")

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _run(self, begin: str, use: Callable[[Work], T], end: str) -> T:
        self._connection.execute(begin)
        try:
            value = use(SqlWork(self._session, self._clock(), self._mint))
            self._connection.execute(end)
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return value
