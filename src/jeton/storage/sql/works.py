"""Where a use case runs on SQLite: reads inline, writes through the one writer, long reads on threads of their own."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import apsw

from jeton.kernel.configuration import Seals
from jeton.kernel.ports import Note, Work
from jeton.kernel.tree import Strictness
from jeton.kit.clock import Clock
from jeton.kit.mint import Mint
from jeton.storage.keys import NO_KEYS
from jeton.storage.sql.notes import Notes
from jeton.storage.sql.session import Session
from jeton.storage.sql.sqlite import (
    DATABASE,
    FolderLock,
    SqliteSession,
    compile_all,
    open_beside,
    open_reader,
    open_writer,
    problem_of,
)
from jeton.storage.sql.writer import JOBS_EVERY_S, Answer, Writer
from jeton.storage.work import SqlWork

T = TypeVar("T")

LONG_READERS: Final = 2


Begin = Callable[[Session], SqlWork]


def _beginner(clock: Clock, mint: Mint, names: Strictness, seals: Seals, *, password_login: bool = False) -> Begin:
    return lambda session: SqlWork(session, clock(), mint, names, seals, password_login)


class _Reader:
    """One connection that cannot write."""

    __slots__ = ("_begin", "_connection", "_execute", "_session")

    def __init__(self, connection: apsw.Connection, begin: Begin) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._session = SqliteSession(connection)
        self._begin = begin

    def run(self, use: Callable[[Work], T]) -> T:
        """Run one use case on one snapshot."""
        self._execute("BEGIN")
        try:
            return use(self._begin(self._session))
        finally:
            if self._connection.in_transaction:
                self._execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


class SqliteWorks:
    """Satisfies kernel.ports.Works for one process on a data folder. Its database must be migrated already."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        mint: Mint,
        *,
        names: Strictness = Strictness.STRICT,
        password_login: bool = False,
        seals: Seals = NO_KEYS,
        idle_jobs: Sequence[Callable[[Work], object]] = (),
        jobs_every_s: float = JOBS_EVERY_S,
    ) -> None:
        """Take the folder and begin to work. Raises FolderInUse, UnsoundSqlite, Uncompilable."""
        compile_all()
        self._file = folder / DATABASE
        self._begin = begin = _beginner(clock, mint, names, seals, password_login=password_login)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._notes = Notes(clock)
        self._local = threading.local()
        self._long_readers: list[_Reader] = []
        self._long_pool = ThreadPoolExecutor(LONG_READERS, thread_name_prefix="jeton-long")
        self._lock = FolderLock(folder)
        try:
            connection = open_writer(self._file)
            self._reader = _Reader(open_reader(self._file), begin)
        except BaseException:
            self._lock.release()
            raise
        session = SqliteSession(connection)
        self._writer = Writer(
            connection,
            lambda use: use(begin(session)),
            self._deliver,
            self._notes.take,
            jobs=idle_jobs,
            jobs_every_s=jobs_every_s,
        )
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
        loop = self._loop = asyncio.get_running_loop()
        reply: asyncio.Future[T] = loop.create_future()
        self._writer.submit(use, reply)
        return await reply

    def note(self, note: Note) -> None:
        """Hand over a fact to be written with a later batch; at most once a minute for each subject."""
        self._notes.add(note)

    def close(self) -> None:
        """Do what still waits, then let go of the folder. Blocks: on a thread, while the loop still runs."""
        self._long_pool.shutdown()
        for reader in (*self._long_readers, self._reader):
            reader.close()
        self._writer.stop()
        self._lock.release()

    def _read_apart(self, use: Callable[[Work], T]) -> T:
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = _Reader(open_reader(self._file), self._begin)
            self._long_readers.append(reader)
        return reader.run(use)

    def _deliver(self, answers: Sequence[Answer]) -> None:
        loop = self._loop
        if loop is not None and answers:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more, what was kept is kept
                loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: Sequence[Answer]) -> None:
    for reply, value, error in answers:
        if reply.done():  # nobody waits any more; what was kept is kept
            continue
        if error is None:
            reply.set_result(value)
        else:
            reply.set_exception(error)


class BesideWorks:
    """For a command, alone or beside a server: short transactions, one after the other, on the calling thread."""

    __slots__ = ("_clock", "_connection", "_mint", "_seals", "_session")

    def __init__(self, folder: Path, clock: Clock, mint: Mint, seals: Seals = NO_KEYS) -> None:
        """Open a migrated data folder. Raises NoDatabase, UnsoundSqlite."""
        self._connection = open_beside(folder / DATABASE)
        self._session = SqliteSession(self._connection)
        self._clock = clock
        self._mint = mint
        self._seals = seals

    def read(self, use: Callable[[Work], T]) -> T:
        """Run on one snapshot."""
        return self._run("BEGIN", use, "ROLLBACK")

    def write(self, use: Callable[[Work], T]) -> T:
        """Run and keep; whatever is raised undoes all of it. Raises Busy, NoSpace, and what `use` raises."""
        return self._run("BEGIN IMMEDIATE", use, "COMMIT")

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _run(self, begin: str, use: Callable[[Work], T], end: str) -> T:
        execute = self._connection.execute
        try:
            execute(begin)
            value = use(SqlWork(self._session, self._clock(), self._mint, seals=self._seals))
            execute(end)
        except apsw.Error as error:
            raise problem_of(error) or error from error
        else:
            return value
        finally:
            if self._connection.in_transaction:
                execute("ROLLBACK")
