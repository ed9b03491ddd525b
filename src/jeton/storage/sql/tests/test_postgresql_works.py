"""Works on PostgreSQL: the contract."""

from collections.abc import Iterator

import pytest

from jeton.kit.clock import Clock
from jeton.kit.mint import SystemMint
from jeton.storage.sql.postgresql_works import PostgresWorks
from jeton.testing.contracts.works import OpenWorks, WorksContract
from jeton.testing.postgres import migrated_database, server


@pytest.fixture
def url() -> Iterator[str]:
    made = migrated_database()
    yield made
    server().drop(made)


@pytest.fixture
def open_works(url: str) -> Iterator[OpenWorks]:
    opened: list[PostgresWorks] = []

    def open_them(clock: Clock) -> PostgresWorks:
        opened.append(PostgresWorks(url, clock, SystemMint()))
        return opened[-1]

    yield open_them
    for works in opened:
        works.close()


class TestPostgresWorks(WorksContract):
    pass
