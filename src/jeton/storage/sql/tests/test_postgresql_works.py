"""Works on PostgreSQL: the contract."""

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from jeton.kernel.ports import Work
from jeton.kit.clock import Clock, system_clock
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


def test_of_several_one_does_the_jobs_until_it_ends_and_then_another(url: str) -> None:
    done: list[int] = []

    def job_of(number: int) -> Callable[[Work], None]:
        return lambda _: done.append(number)

    async def take_turns() -> None:
        def begin(number: int) -> PostgresWorks:
            return PostgresWorks(url, system_clock, SystemMint(), idle_jobs=[job_of(number)], jobs_every_s=0.01)

        several = {number: begin(number) for number in range(3)}
        for left in (3, 2, 1):
            done.clear()
            limit = time.monotonic() + 10
            while len(done) < 20 and time.monotonic() < limit:
                await asyncio.sleep(0.01)
            assert len(done) >= 20
            [worker] = set(done)
            assert len(several) == left
            await asyncio.to_thread(several.pop(worker).close)

    asyncio.run(take_turns())
