"""The stores of people and applications on SQLite, each held to the contract of its port."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from jeton.storage.sql.applications import SqlApplications
from jeton.storage.sql.guesses import SqlGuesses
from jeton.storage.sql.login_sessions import SqlLoginSessions
from jeton.storage.sql.migrate import migrate
from jeton.storage.sql.people import SqlPeople
from jeton.storage.sql.session import Session
from jeton.storage.sql.sqlite import DATABASE, SqliteSession, open_writer
from jeton.storage.sql.tickets import SqlTickets
from jeton.testing.contracts.applications import ApplicationsContract
from jeton.testing.contracts.guesses import GuessesContract
from jeton.testing.contracts.login_sessions import LoginSessionsContract
from jeton.testing.contracts.people import PeopleContract
from jeton.testing.contracts.tickets import TicketsContract


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[apsw.Connection]:
    folder: Path = tmp_path_factory.mktemp("stores")
    migrate(folder)
    opened = open_writer(folder / DATABASE)
    yield opened
    opened.close()


@pytest.fixture
def session(connection: apsw.Connection) -> Iterator[Session]:
    connection.execute("BEGIN IMMEDIATE")
    yield SqliteSession(connection)
    connection.execute("ROLLBACK")


@pytest.fixture
def people(session: Session) -> SqlPeople:
    return SqlPeople(session)


@pytest.fixture
def applications(session: Session) -> SqlApplications:
    return SqlApplications(session)


@pytest.fixture
def login_sessions(session: Session) -> SqlLoginSessions:
    return SqlLoginSessions(session)


@pytest.fixture
def tickets(session: Session) -> SqlTickets:
    return SqlTickets(session)


@pytest.fixture
def guesses(session: Session) -> SqlGuesses:
    return SqlGuesses(session)


class TestPeople(PeopleContract):
    pass


class TestApplications(ApplicationsContract):
    pass


class TestLoginSessions(LoginSessionsContract):
    pass


class TestTickets(TicketsContract):
    pass


class TestGuesses(GuessesContract):
    pass
