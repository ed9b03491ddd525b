"""One line to PostgreSQL: a connection that is made anew when it was lost, and the transactions that run on it.

Reads see one moment (REPEATABLE READ, READ ONLY) and are run again when the connection goes. Writes are SERIALIZABLE:
one that meets another is run again, whole, at first beside the others and then alone, so that it gets through.

A COMMIT whose answer never came is looked into before anything else is done. Each transaction ends by inserting a mark
of its own; a new connection inserts the same mark. If it is there already, the transaction was kept. If not, the second
insert has taken its place, and a COMMIT still on its way will fail on it: not kept, now and for ever. PostgreSQL makes
the second insert wait while the first one's fate is open, so there is nothing to guess.
"""

import random
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import bindparam, delete, insert, select

from jeton.kernel.ports import Work
from jeton.kernel.problems import Busy
from jeton.kit.clock import HOUR, Instant
from jeton.storage.sql.postgresql import (
    PostgresConnection,
    PostgresSession,
    Unreachable,
    UnsoundPostgresql,
    open_connection,
)
from jeton.storage.sql.postgresql_errors import Again, EngineError, Lost
from jeton.storage.sql.schema.platform import commits
from jeton.storage.sql.session import AlreadyThere, Session
from jeton.storage.sql.statement import Sql
from jeton.storage.work import SqlWork

T = TypeVar("T")
Use = Callable[[Any], Any]
Begin = Callable[[Session], SqlWork]

TRIES: Final = 6
"""Once, and up to five times more."""
RETRY_S: Final = 2
"""What a refusal tells its reader to wait while the server is away."""
SETTLED_WITHIN_S: Final = 30.0
MARKS_KEPT: Final = HOUR
_AWAY_FOR_S: Final = 0.5
_READ_ONLY: Final = "25006"

_BEGIN_READ: Final = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN_WRITE: Final = b"BEGIN ISOLATION LEVEL SERIALIZABLE"
# Taken before the snapshot is, as a LOCK may; a query that takes a lock would look at what was before its wait.
_BESIDE_OTHERS: Final = b"LOCK TABLE commits IN ROW EXCLUSIVE MODE"
_ALONE: Final = b"LOCK TABLE commits IN EXCLUSIVE MODE"
_COMMIT: Final = b"COMMIT"
_ROLLBACK: Final = b"ROLLBACK"
_SAVEPOINT: Final = b"SAVEPOINT work"
_RELEASE: Final = b"RELEASE work"
_UNDO: Final = b"ROLLBACK TO work"

_MARK: Final = Sql(insert(commits))
_IS_KEPT: Final = Sql(
    select(commits.c.is_kept).where(commits.c.at == bindparam("when"), commits.c.number == bindparam("which")), int
)
_SWEEP: Final = Sql(delete(commits).where(commits.c.at < bindparam("before")))


class Unsettled(Exception):
    """Whether a write was kept could not be found out in time."""


class Outcome(NamedTuple):
    """What became of one use case: its value, or what it raised."""

    value: Any
    error: BaseException | None


class _Mark(NamedTuple):
    at: Instant
    number: int


class Outage:
    """What the lines of one process know together: since when the server cannot be reached."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        """Whether somebody was refused a moment ago, so that nobody else needs to try."""
        return time.monotonic() < self._until

    def note(self) -> None:
        """Somebody was refused just now."""
        self._until = time.monotonic() + _AWAY_FOR_S

    def end(self) -> None:
        """Somebody got through."""
        self._until = 0.0


class Line:
    """Runs transactions, one after the other, for one thread."""

    __slots__ = ("_begin", "_connection", "_limit_s", "_outage", "_session", "_url")

    def __init__(self, url: str, begin: Begin, outage: Outage, *, limit_s: int = 30) -> None:
        """`begin` makes a work of a session; a statement that takes longer than `limit_s` is ended."""
        self._url = url
        self._begin = begin
        self._outage = outage
        self._limit_s = limit_s
        self._connection: PostgresConnection | None = None
        self._session: Session | None = None

    def open(self) -> None:
        """Connect now. Raises Unreachable, UnsoundPostgresql."""
        connection = open_connection(self._url)
        connection.patience_s = self._limit_s + 5.0
        connection.value(b"SET statement_timeout = '%ds'" % self._limit_s)
        connection.value(b"SET lock_timeout = '10s'")
        self._connection = connection
        self._session = PostgresSession(connection)
        self._outage.end()

    def close(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.close()

    def read(self, use: Callable[[Work], T]) -> T:
        """Run on one moment. Raises Busy, and what `use` raises."""
        for attempt in range(TRIES):
            connection, session = self._connected()
            try:
                connection.ahead(_BEGIN_READ)
                return use(self._begin(session))
            except (Lost, Again):
                _pause(attempt)
            finally:
                _leave(connection)
        raise Busy(retry_after_s=RETRY_S)

    def write(self, uses: Sequence[Use], *, turn: int | None = None) -> list[Outcome]:
        """Run and keep, all in one transaction, each for itself; what became of each.

        With a `turn`, an advisory lock, nothing is done while another connection has it: the first to take it keeps it
        until the connection ends, however that comes.
        Raises Busy, NoSpace: nothing was kept. Raises Unsettled.
        """
        lock = _BESIDE_OTHERS
        for attempt in range(TRIES):
            connection, session = self._connected()
            mark = _Mark(_now(), secrets.randbits(63))
            outcomes: list[Outcome] = []
            is_ending = False
            try:
                connection.ahead(_BEGIN_WRITE)
                connection.ahead(lock)
                if turn is not None and connection.value(b"SELECT pg_try_advisory_lock(%d)" % turn) != b"t":
                    return []
                outcomes = self._run(connection, session, uses)
                if all(outcome.error is not None for outcome in outcomes):
                    return outcomes
                is_ending = True
                if not connection.end(_MARK, {"at": mark.at, "number": mark.number, "is_kept": 1}, _COMMIT):
                    raise EngineError("25P02", "the transaction had failed")
            except Again:
                lock = _ALONE
            except Lost:
                if is_ending and self._was_kept(mark):
                    return outcomes
            except EngineError as error:
                if error.state != _READ_ONLY:
                    raise
                connection.close()  # a primary that is none any more
            else:
                return outcomes
            finally:
                _leave(connection)
            _pause(attempt)
        raise Busy(retry_after_s=RETRY_S)

    def forget_marks(self) -> None:
        """Take away marks that nobody asks for any more. Raises Busy."""
        connection, _ = self._connected()
        with suppress(Lost, Again):
            connection.ask(_SWEEP, {"before": _now() - MARKS_KEPT})

    def _run(self, connection: PostgresConnection, session: Session, uses: Sequence[Use]) -> list[Outcome]:
        """Each in a savepoint of its own, unless it is the only one. Raises Again, Lost: all are undone."""
        if len(uses) == 1:
            return [self._outcome(connection, session, uses[0])]
        outcomes = []
        for use in uses:
            connection.ahead(_SAVEPOINT)
            outcome = self._outcome(connection, session, use)
            if outcome.error is not None:
                connection.ahead(_UNDO)
            connection.ahead(_RELEASE)
            outcomes.append(outcome)
        return outcomes

    def _outcome(self, connection: PostgresConnection, session: Session, use: Use) -> Outcome:
        try:
            value = use(self._begin(session))
        except (Again, Lost):
            raise
        except EngineError as error:
            if error.state == _READ_ONLY:
                raise
            return Outcome(None, error)
        except Exception as error:  # whatever it is, it is for whoever asked
            return Outcome(None, error)
        if connection.has_failed:  # it went on after a refused statement, as PostgreSQL does not let it
            return Outcome(None, EngineError("25P02", "a use case passed over an error of the database"))
        return Outcome(value, None)

    def _connected(self) -> tuple[PostgresConnection, Session]:
        connection, session = self._connection, self._session
        if connection is not None and session is not None and not connection.is_lost:
            return connection, session
        if self._outage.is_on:
            raise Busy(retry_after_s=RETRY_S)
        for attempt in range(TRIES):
            try:
                self.open()
            except (Unreachable, UnsoundPostgresql, Lost):
                _pause(attempt)
            else:
                return self._connected()
        self._outage.note()
        raise Busy(retry_after_s=RETRY_S)

    def _was_kept(self, mark: _Mark) -> bool:
        """Whether the transaction with this mark was kept; when not, it never will be. Raises Unsettled."""
        limit = time.monotonic() + SETTLED_WITHIN_S
        while time.monotonic() < limit:
            try:
                connection, session = self._connected()
                try:
                    connection.ask(_MARK, {"at": mark.at, "number": mark.number, "is_kept": 0})
                except AlreadyThere:
                    # Ours, or that of an earlier look whose answer was lost as well: the row says which.
                    return session.one(_IS_KEPT, when=mark.at, which=mark.number) == 1
            except (Lost, Again, Busy):
                time.sleep(0.1)
            else:
                return False
        raise Unsettled("whether a write was kept could not be found out: look at the platform before trying again")


def _leave(connection: PostgresConnection) -> None:
    """End whatever is open; after a COMMIT there is nothing, and no round trip is spent on it."""
    if not connection.is_lost and connection.is_open:
        with suppress(Lost):
            connection.leave(_ROLLBACK)


def _now() -> Instant:
    # Marks are the engine's own: the platform's clock, which tests set, has no say in them.
    return time.time_ns() // 1000


def _pause(attempt: int) -> None:
    """Short, growing, and never the same for two who met."""
    time.sleep(random.uniform(0.2, 1.0) * 0.01 * 2**attempt)  # noqa: S311 - no secret
