"""PostgreSQL through libpq: one connection's conversation with the server, and the session that stores are given.

Every statement is prepared once for each connection. Commands that need no answer of their own (BEGIN, SAVEPOINT) wait
until the next statement and travel with it, in libpq's pipeline mode: a transaction costs no round trip of its own.
"""

import itertools
import select
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, Final, TypeVar

import psycopg
from psycopg.abc import Transformer as Rows
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.numeric import NumericBinaryLoader
from sqlalchemy.dialects import postgresql

from jeton.storage.sql.postgresql_errors import Lost, told
from jeton.storage.sql.session import Engine
from jeton.storage.sql.statement import Compiled, Sql, compile_statement, find_statements

R = TypeVar("R")

OLDEST_VERSION: Final = 150_000
CONNECT_WITHIN_S: Final = 5
_DIALECT: Final = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy's own
_OIDS: Final[dict[type | None, int]] = {int: 20, str: 25, bytes: 17}
_TEXT: Final = 0
_BINARY: Final = 1
_OF_NO_TYPE: Final = 0

# Defaults of a connection; what the URL says itself goes before.
_CONNECTION: Final = {
    "application_name": "jeton",
    "connect_timeout": str(CONNECT_WITHIN_S),
    "target_session_attrs": "read-write",  # after a fail-over, the old primary is not the one to talk to
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_SESSION: Final = """
SET jit = off;
SET client_encoding = 'UTF8';
SET idle_in_transaction_session_timeout = '60s';
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
"""


class UnsoundPostgresql(RuntimeError):
    """The server, or its database, is not one to work on; the text says why."""


class Unreachable(RuntimeError):
    """The server does not answer, or refuses us; the text holds no password."""


class Plans(dict[Sql[Any], Compiled]):
    """Compiled statements; one that is not there yet is compiled once."""

    def __missing__(self, sql: Sql[Any]) -> Compiled:
        compiled = compile_statement(sql, _DIALECT)
        self[sql] = compiled
        return compiled


PLANS: Final = Plans()


def compile_all(*stores: ModuleType) -> None:
    """Compile every statement, slices' own stores included, so that none is refused later. Raises Uncompilable."""
    for _, sql in find_statements(*stores):
        PLANS[sql]


class _WholeLoader(NumericBinaryLoader):
    """A sum of whole numbers is NUMERIC on PostgreSQL; here it is a whole number again."""

    def load(self, data: Any) -> Any:
        return int(super().load(data))


def _adapters() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_loader("numeric", _WholeLoader)
    return adapters


class _Context:
    """What psycopg's transformer asks for: the loaders, and no connection."""

    adapters = _adapters()
    connection = None


@dataclass(slots=True)
class _Prepared:
    name: bytes
    rows: Rows
    knows_columns: bool = False
    """Whether `rows` was shown an answer: not when the statement was refused each time until now."""


def open_connection(url: str) -> "PostgresConnection":
    """Connect for a conversation. Raises Unreachable, UnsoundPostgresql."""
    connection = connect(url)
    connection.autocommit = True
    connection.prepare_threshold = None
    try:
        connection.execute(_SESSION)
    except psycopg.Error as error:
        connection.close()
        raise unreachable(error) from None
    return PostgresConnection(connection)


def connect(url: str) -> psycopg.Connection[Any]:
    """Connect as psycopg does (time limits, several hosts, TLS), and check. Raises Unreachable, UnsoundPostgresql."""
    given = {**_CONNECTION, **connection_parts(url)}
    try:
        connection = psycopg.connect(**given)
    except psycopg.Error as error:
        raise unreachable(error) from None
    try:
        check_server(connection)
    except UnsoundPostgresql:
        connection.close()
        raise
    return connection


def connection_parts(url: str) -> dict[str, Any]:
    """The parts of a URL. Raises Unreachable, without a word of what stood in it."""
    try:
        return psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        raise Unreachable("the address of the PostgreSQL database cannot be read") from None


def check_server(connection: psycopg.Connection[Any]) -> None:
    """Raises UnsoundPostgresql."""
    version = connection.info.server_version
    if version < OLDEST_VERSION:
        raise UnsoundPostgresql(f"PostgreSQL {version // 10_000} is too old: 15 is the first that jeton works with")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise UnsoundPostgresql(f"the PostgreSQL database has the encoding {encoding}: make it with ENCODING 'UTF8'")


def unreachable(error: psycopg.Error) -> Unreachable:
    """What libpq says names a server, a database and a user, never a password."""
    return Unreachable(f"PostgreSQL does not answer: {next(iter(str(error).splitlines()), type(error).__name__)}")


class PostgresConnection:
    """A conversation: statements are sent with what waits before them, and answered in order."""

    __slots__ = ("_connection", "_names", "_pg", "_poll", "_prepared", "_syncs", "_waiting", "is_lost", "patience_s")

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Take over a connection; from here on psycopg only closes it."""
        self._connection = connection
        self._pg = connection.pgconn
        self._pg.nonblocking = 1
        self._pg.enter_pipeline_mode()
        self._poll = select.poll()
        self._poll.register(self._pg.socket, select.POLLIN)
        self._prepared: dict[Sql[Any], _Prepared] = {}
        self._names = itertools.count()
        self._waiting = 0
        self._syncs = 0
        self.is_lost = False
        self.patience_s = 60.0
        """How long an answer may take before the connection counts as lost."""

    @property
    def backend(self) -> int:
        """The number of the process that serves us."""
        return self._pg.backend_pid

    def ahead(self, command: bytes) -> None:
        """A command that travels with the next statement; its failure is told as that one's."""
        try:
            self._pg.send_query_params(command, None)
        except psycopg.Error as error:
            raise self._lost() from error
        self._waiting += 1

    def leave(self, command: bytes) -> None:
        """A command whose answer is read before the next one's: for the end of what may not fail."""
        self.ahead(command)
        self._send()

    def ask(self, sql: Sql[Any], parameters: dict[str, Any]) -> tuple[PGresult, Rows]:
        """Run one statement. Raises AlreadyThere, NoSpace, Busy, Again, Lost, EngineError."""
        prepared, is_new = self._queue(sql, parameters)
        place = self._waiting - 1
        results = self._results()
        if is_new and results[place - 1].status == ExecStatus.COMMAND_OK:
            self._prepared[sql] = prepared
        self._check(results)
        result = results[-1]
        prepared.rows.set_pgresult(result, set_loaders=not prepared.knows_columns, format=Format.BINARY)
        prepared.knows_columns = True
        return result, prepared.rows

    def end(self, sql: Sql[Any], parameters: dict[str, Any], command: bytes) -> bool:
        """A last statement and COMMIT, together; whether it was kept. Raises as `ask`: after Lost, nobody knows."""
        prepared, is_new = self._queue(sql, parameters)
        place = self._waiting - 1
        self.ahead(command)
        results = self._results()
        if is_new and results[place - 1].status == ExecStatus.COMMAND_OK:
            self._prepared[sql] = prepared
        self._check(results)
        # COMMIT of a transaction that failed is no error: it is answered ROLLBACK.
        return results[-1].command_status == command

    def value(self, command: bytes) -> bytes | None:
        """The first column of what a command answers, as text."""
        self.ahead(command)
        results = self._results()
        self._check(results)
        return results[-1].get_value(0, 0) if results[-1].ntuples else None

    @property
    def is_open(self) -> bool:
        """Whether a transaction may have to be ended."""
        return self._waiting > 0 or self._pg.transaction_status != TransactionStatus.IDLE

    @property
    def has_failed(self) -> bool:
        """Whether a statement of this transaction failed, so that nothing but its undoing is taken."""
        return self._pg.transaction_status == TransactionStatus.INERROR

    def _queue(self, sql: Sql[Any], parameters: dict[str, Any]) -> tuple[_Prepared, bool]:
        plan = PLANS[sql]
        if plan.constants:
            parameters = {**plan.constants, **parameters}
        values = [parameters[name] for name in plan.names]
        sent, formats = _sendable(values)
        prepared = self._prepared.get(sql)
        is_new = prepared is None
        try:
            if prepared is None:
                prepared = _Prepared(b"s%d" % next(self._names), Transformer(_Context))
                self._pg.send_prepare(prepared.name, plan.text.encode(), _oids(plan, values))
                self._waiting += 1
            self._pg.send_query_prepared(prepared.name, sent, formats, _BINARY)
            self._waiting += 1
        except psycopg.Error as error:
            raise self._lost() from error
        return prepared, is_new

    def close(self) -> None:
        """Let go, whatever is under way."""
        self.is_lost = True
        self._connection.close()

    def _send(self) -> None:
        try:
            self._pg.pipeline_sync()
            self._syncs += 1
            while self._pg.flush():
                self._wait(select.POLLIN | select.POLLOUT)
                self._pg.consume_input()
        except psycopg.Error as error:
            raise self._lost() from error
        self._waiting = 0

    def _results(self) -> list[PGresult]:
        """Send what waits; the answers to it, once every earlier one was read too."""
        self._send()
        pg = self._pg
        results: list[PGresult] = []
        try:
            while True:
                while pg.is_busy():
                    self._wait(select.POLLIN)
                    pg.consume_input()
                result = pg.get_result()
                if result is None:
                    if pg.status == ConnStatus.BAD:
                        raise self._lost()
                    continue
                if result.status != ExecStatus.PIPELINE_SYNC:
                    results.append(result)
                    continue
                self._syncs -= 1
                if self._syncs == 0:
                    return results
                results.clear()
        except psycopg.Error as error:
            raise self._lost() from error

    def _wait(self, events: int) -> None:
        if events != select.POLLIN:
            self._poll.modify(self._pg.socket, events)
        try:
            if not self._poll.poll(self.patience_s * 1000):
                raise self._lost()
        finally:
            if events != select.POLLIN:
                self._poll.modify(self._pg.socket, select.POLLIN)

    def _lost(self) -> Lost:
        self.close()
        return Lost()

    def _check(self, results: Sequence[PGresult]) -> None:
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                error = told(result)
                raise self._lost() if isinstance(error, Lost) else error


def _oids(plan: Compiled, values: Sequence[Any]) -> list[int]:
    """The type of each parameter: the expression's, or its first value's, or for the server to find."""
    return [
        _OIDS.get(plan.kinds[name] or type(value), _OF_NO_TYPE) for name, value in zip(plan.names, values, strict=True)
    ]


def _sendable(values: Sequence[Any]) -> tuple[list[bytes | None], list[int]]:
    """Values as libpq takes them. Text goes with its length, so that the server sees, and refuses, a NUL."""
    sent: list[bytes | None] = []
    formats: list[int] = []
    for value in values:
        if isinstance(value, int):
            sent.append(b"%d" % value)
            formats.append(_TEXT)
        elif isinstance(value, str):
            sent.append(value.encode())
            formats.append(_BINARY)
        elif isinstance(value, bytes):
            sent.append(value)
            formats.append(_BINARY)
        elif value is None:
            sent.append(None)
            formats.append(_TEXT)
        elif isinstance(value, list):
            sent.append(b"{%s}" % b",".join(map(_element, value)))
            formats.append(_TEXT)
        else:
            raise TypeError(f"{type(value).__name__} is no kind of column here")
    return sent, formats


def _element(value: int | str) -> bytes:
    """One member of an array, as the server reads its text."""
    if isinstance(value, int):
        return b"%d" % value
    return b'"%s"' % value.replace("\\", "\\\\").replace('"', '\\"').encode()


class PostgresSession:
    """A `Session` on one connection. Source of its shape: storage.sql.session."""

    __slots__ = ("_ask",)
    engine: ClassVar[Engine] = "postgresql"

    def __init__(self, connection: PostgresConnection) -> None:
        self._ask = connection.ask

    def all(self, sql: Sql[R], **parameters: Any) -> list[R]:
        row = sql.row
        result, rows = self._ask(sql, parameters)
        return [row(*columns) for columns in rows.load_rows(0, result.ntuples, tuple)]

    def one(self, sql: Sql[R], **parameters: Any) -> R | None:
        result, rows = self._ask(sql, parameters)
        return sql.row(*rows.load_rows(0, 1, tuple)[0]) if result.ntuples else None

    def each(self, sql: Sql[R], **parameters: Any) -> Iterator[R]:
        row = sql.row
        result, rows = self._ask(sql, parameters)
        for columns in rows.load_rows(0, result.ntuples, tuple):
            yield row(*columns)

    def run(self, sql: Sql[Any], **parameters: Any) -> int:
        result, _ = self._ask(sql, parameters)
        return result.command_tuples or 0

    def bound(self, values: Sequence[int] | Sequence[str]) -> object:
        return list(values)
