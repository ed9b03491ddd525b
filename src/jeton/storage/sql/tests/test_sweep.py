"""Rows whose time is over are taken away, a few at a time; and what the tables never hold."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from sqlalchemy import Table, func, insert, select

from jeton.kernel.guesses import FORGOTTEN_AFTER, account_key
from jeton.kernel.ids import PrincipalId, TokenId
from jeton.kit.clock import DAY, HOUR, MINUTE, SECOND
from jeton.storage.sql.guesses import SqlGuesses
from jeton.storage.sql.login_sessions import SqlLoginSessions
from jeton.storage.sql.people import SqlPeople
from jeton.storage.sql.schema import people as schema
from jeton.storage.sql.schema.oauth2 import tokens
from jeton.storage.sql.sqlite import DATABASE, PLANS, SqliteSession, open_writer
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.sweep import sweep, sweep_tokens
from jeton.storage.sql.tickets import SqlTickets
from jeton.storage.sql.tokens import BEARER, KEPT_AFTER_END, LIVE_OF_APPLICATION
from jeton.testing.contracts.values import NOW, a_login_session, a_user
from jeton.testing.sqlite import lay_migrated

ADD_TOKEN = Sql(insert(tokens))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[apsw.Connection]:
    lay_migrated(tmp_path)
    opened = open_writer(tmp_path / DATABASE)
    yield opened
    opened.close()


@pytest.fixture
def session(connection: apsw.Connection) -> SqliteSession:
    return SqliteSession(connection)


def rows(session: SqliteSession, table: Table) -> int:
    return session.one(Sql(select(func.count()).select_from(table), int)) or 0


def keep_token(session: SqliteSession, number: int, *, lifetime: int = DAY) -> None:
    session.run(
        ADD_TOKEN,
        id=TokenId(number),
        digest=b"d" * 32,
        application_id=7,
        generation=0,
        user_id=None,
        user_generation=None,
        scopes=1,
        issued_at=NOW + number,
        expires_at=NOW + number + lifetime,
        revoked_at=None,
        last_used_at=None,
        family=None,
        jkt=None,
        resource=None,
    )


def test_tokens_that_are_long_over_go_the_oldest_first(session: SqliteSession) -> None:
    for number in range(1, 8):
        keep_token(session, number)
    over = NOW + DAY + KEPT_AFTER_END
    assert sweep_tokens(session, over, 100) == 0
    assert sweep_tokens(session, over + 7, 4) == 4
    assert session.all(Sql(select(tokens.c.id).order_by(tokens.c.id), int)) == [5, 6, 7]
    assert sweep_tokens(session, over + 7, 4) == 2
    assert sweep_tokens(session, over + 8, 4) == 1


def test_a_longer_lived_token_among_the_oldest_stays_and_the_others_go(session: SqliteSession) -> None:
    keep_token(session, 1, lifetime=DAY)
    keep_token(session, 2, lifetime=5 * MINUTE)
    assert sweep_tokens(session, NOW + KEPT_AFTER_END + HOUR, 100) == 1
    assert session.all(Sql(select(tokens.c.id), int)) == [1]


def test_sessions_tickets_and_counts_go_when_they_are_over(session: SqliteSession) -> None:
    SqlPeople(session).add(a_user(7, "ana"))
    sessions, tickets, guesses = SqlLoginSessions(session), SqlTickets(session), SqlGuesses(session)
    for number, started_at in ((1, NOW - 3 * DAY), (2, NOW)):
        sessions.add(a_login_session(number, PrincipalId(7), started_at=started_at))
    tickets.issue("password", b"1" * 32, subject="7", expires_at=NOW - SECOND)
    tickets.issue("password", b"2" * 32, subject="7", expires_at=NOW + SECOND)
    guesses.missed([account_key("ana")], NOW - FORGOTTEN_AFTER - SECOND)
    guesses.missed([account_key("bob")], NOW)
    keep_token(session, 1)
    assert sweep(session, NOW) == 3
    assert sweep(session, NOW) == 0
    assert sessions.find(2) is not None
    assert tickets.peek("password", b"2" * 32, NOW) == "7"
    assert [rows(session, table) for table in (schema.guesses, tokens)] == [1, 1]


def test_a_sweep_takes_no_more_than_it_is_told(session: SqliteSession) -> None:
    guesses = SqlGuesses(session)
    for number in range(10):
        guesses.missed([account_key(str(number))], NOW)
    assert sweep(session, NOW + DAY, limit=4) == 4
    assert rows(session, schema.guesses) == 6


def test_what_somebody_typed_as_a_login_is_kept_nowhere(session: SqliteSession, connection: apsw.Connection) -> None:
    SqlGuesses(session).missed([account_key("hunter2-typed-in-the-wrong-box")], NOW)
    assert b"hunter2" not in connection.serialize("main")


@pytest.mark.parametrize("sql", [BEARER, LIVE_OF_APPLICATION])
def test_tokens_are_never_looked_for_row_by_row(connection: apsw.Connection, sql: Sql[object]) -> None:
    plan = PLANS[sql]
    values = {**dict.fromkeys(plan.names, 1), **plan.constants}
    steps = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {plan.text}", values)]
    if sql is BEARER:  # whether there is any policy: the first row, if any, ends the scan
        assert steps[3:5] == ["SCALAR SUBQUERY 1", "SCAN access_policies"]
        assert all("SEARCH" in step or "SUBQUERY" in step for step in steps[5:])  # the audience, by its keys
        steps = steps[:3]
    assert len(steps) == 3
    assert all(step.startswith("SEARCH ") for step in steps)


def test_of_two_who_claim_a_ticket_at_once_one_gets_it(tmp_path: Path) -> None:
    lay_migrated(tmp_path)
    first, second = open_writer(tmp_path / DATABASE), open_writer(tmp_path / DATABASE)
    SqlTickets(SqliteSession(first)).issue("setup", b"1" * 32, subject="s", expires_at=NOW + MINUTE)
    assert SqlTickets(SqliteSession(second)).peek("setup", b"1" * 32, NOW) == "s"
    first.execute("BEGIN IMMEDIATE")
    assert SqlTickets(SqliteSession(first)).claim("setup", b"1" * 32, NOW) == "s"
    first.execute("COMMIT")
    assert SqlTickets(SqliteSession(second)).claim("setup", b"1" * 32, NOW) is None
    first.close()
    second.close()
