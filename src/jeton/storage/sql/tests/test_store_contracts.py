"""The stores of people and applications on both engines, each held to the contract of its port."""

from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, insert, select

from jeton.kernel.applications import Application
from jeton.kernel.ids import PrincipalId, TokenId
from jeton.kit.clock import DAY, Instant
from jeton.kit.mint import SystemMint, digest
from jeton.storage.keys import NO_KEYS
from jeton.storage.sql.applications import SqlApplications
from jeton.storage.sql.audit import SqlAudit
from jeton.storage.sql.browsers import SqlBrowsers
from jeton.storage.sql.factors import SqlFactors
from jeton.storage.sql.groups import SqlGroups
from jeton.storage.sql.guesses import SqlGuesses
from jeton.storage.sql.login_sessions import SqlLoginSessions
from jeton.storage.sql.mail import SqlMail
from jeton.storage.sql.oauth2 import SqlAuthorization
from jeton.storage.sql.people import SqlPeople
from jeton.storage.sql.schema.oauth2 import applications as applications_table
from jeton.storage.sql.schema.oauth2 import tokens as tokens_table
from jeton.storage.sql.schema.people import users as users_table
from jeton.storage.sql.session import Session
from jeton.storage.sql.signing import SqlSigningKeys
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.tickets import SqlTickets
from jeton.storage.sql.tokens import SqlBearers, SqlIssuedTokens
from jeton.testing.contracts.applications import ApplicationsContract
from jeton.testing.contracts.authorization import AuthorizationContract
from jeton.testing.contracts.browsers import BrowsersContract
from jeton.testing.contracts.factors import FactorsContract
from jeton.testing.contracts.groups import GroupsContract
from jeton.testing.contracts.guesses import GuessesContract
from jeton.testing.contracts.login_sessions import LoginSessionsContract
from jeton.testing.contracts.people import PeopleContract
from jeton.testing.contracts.tickets import TicketsContract
from jeton.testing.contracts.tokens import FILES, BearersContract, IssuedTokensContract, KeepToken
from jeton.testing.contracts.values import NOW
from jeton.testing.sessions import ENGINES, Transaction, on

GENERATION = Sql(select(applications_table.c.token_generation).where(applications_table.c.id == bindparam("id")), int)
USER_GENERATION = Sql(select(users_table.c.token_generation).where(users_table.c.id == bindparam("id")), int)
ADD_TOKEN = Sql(insert(tokens_table))


@pytest.fixture(scope="module", params=ENGINES)
def transaction(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Transaction]:
    with on(request.param, tmp_path_factory.mktemp("stores")) as begin:
        yield begin


@pytest.fixture
def session(transaction: Transaction) -> Iterator[Session]:
    with transaction() as opened:
        yield opened


@pytest.fixture
def people(session: Session) -> SqlPeople:
    return SqlPeople(session)


@pytest.fixture
def groups(session: Session) -> SqlGroups:
    return SqlGroups(session)


@pytest.fixture
def applications(session: Session) -> SqlApplications:
    return SqlApplications(session)


@pytest.fixture
def login_sessions(session: Session) -> SqlLoginSessions:
    return SqlLoginSessions(session)


@pytest.fixture
def browsers(session: Session) -> SqlBrowsers:
    return SqlBrowsers(session)


@pytest.fixture
def tickets(session: Session) -> SqlTickets:
    return SqlTickets(session)


@pytest.fixture
def guesses(session: Session) -> SqlGuesses:
    return SqlGuesses(session)


@pytest.fixture
def factors(session: Session) -> SqlFactors:
    return SqlFactors(session)


@pytest.fixture
def tokens(session: Session) -> SqlIssuedTokens:
    return SqlIssuedTokens(session)


@pytest.fixture
def bearers(session: Session) -> SqlBearers:
    return SqlBearers(session)


@pytest.fixture
def store(session: Session) -> SqlAuthorization:
    signing = SqlSigningKeys(session, NO_KEYS, NOW, SystemMint())
    audit, mail = SqlAudit(session, NOW, SystemMint()), SqlMail(session, NOW, SystemMint(), NO_KEYS)
    return SqlAuthorization(session, audit, mail, signing, "192.0.2.7")


@pytest.fixture
def keep_token(session: Session) -> KeepToken:
    def keep(number: TokenId, application: Application, *, user: PrincipalId | None = None, at: Instant = NOW) -> None:
        session.run(
            ADD_TOKEN,
            id=number,
            digest=digest(str(number)),
            application_id=application.id,
            generation=session.one(GENERATION, id=application.id),
            user_id=user,
            user_generation=None if user is None else session.one(USER_GENERATION, id=user),
            scopes=FILES.bits,
            issued_at=at,
            expires_at=at + DAY,
            revoked_at=None,
            last_used_at=None,
            family=None,
            jkt=None,
            resource=None,
        )

    return keep


class TestPeople(PeopleContract):
    pass


class TestGroups(GroupsContract):
    pass


class TestApplications(ApplicationsContract):
    pass


class TestLoginSessions(LoginSessionsContract):
    pass


class TestBrowsers(BrowsersContract):
    pass


class TestTickets(TicketsContract):
    pass


class TestGuesses(GuessesContract):
    pass


class TestFactors(FactorsContract):
    pass


class TestIssuedTokens(IssuedTokensContract):
    pass


class TestBearers(BearersContract):
    pass


class TestAuthorization(AuthorizationContract):
    pass
