"""Works on PostgreSQL: the contract."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from jeton.kernel.caller import OPERATOR
from jeton.kernel.ports import Work
from jeton.kit.clock import SECOND, Clock, system_clock
from jeton.kit.mint import SystemMint
from jeton.storage.keys import KeyFolder
from jeton.storage.sql.postgresql_works import PostgresWorks
from jeton.storage.sql.sealing import check_journal, count_waiting, seal
from jeton.storage.work import SqlWork
from jeton.testing.contracts.values import NOW
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


def test_a_job_is_told_how_long_its_turn_took_and_goes_on_at_once_while_it_says_so(url: str) -> None:
    told: list[float] = []

    def learn(took_s: float) -> bool:
        told.append(took_s)
        return len(told) < 5

    def job(_work: Work) -> object:
        time.sleep(0.005)
        return learn

    works = PostgresWorks(url, system_clock, SystemMint(), idle_jobs=[job], jobs_every_s=0.2)
    limit = time.monotonic() + 10
    while len(told) < 5 and time.monotonic() < limit:
        time.sleep(0.01)
    works.close()
    assert len(told) >= 5
    assert all(took_s >= 0.005 for took_s in told[:5])


def test_lines_of_several_machines_are_all_sealed_in_whatever_order_they_commit(url: str, tmp_path: Path) -> None:
    """Clocks apart by half a minute, transactions that last; a minute passes in half a second."""
    keys = KeyFolder(tmp_path, SystemMint())
    keys.add(NOW)
    began = time.monotonic()

    def clock_of(number: int) -> Clock:
        return lambda: NOW + int((time.monotonic() - began) * 120 * SECOND) + number * 30 * SECOND

    def slow(number: int) -> Callable[[Work], None]:
        def act(work: Work) -> None:
            work.audit.record(OPERATOR, "folder.created", str(number))
            time.sleep(0.05 * (number % 7))

        return act

    def job(work: Work) -> None:
        assert isinstance(work, SqlWork)
        seal(work)

    def counted(work: Work) -> tuple[int, list[str]]:
        assert isinstance(work, SqlWork)
        return count_waiting(work.session), list(check_journal(work.session, keys))

    async def write_and_seal() -> None:
        machines = [
            PostgresWorks(url, clock_of(number), SystemMint(), seals=keys, idle_jobs=[job], jobs_every_s=0.05)
            for number in range(3)
        ]
        await asyncio.gather(*(works.write(slow(number)) for number in range(40) for works in machines))
        limit = time.monotonic() + 60
        while (found := await machines[0].read(counted)) != (0, []) and time.monotonic() < limit:
            await asyncio.sleep(0.1)
        assert found == (0, [])
        for works in machines:
            await asyncio.to_thread(works.close)

    asyncio.run(write_and_seal())
    with psycopg.connect(url) as connection:
        [blocks] = connection.execute("SELECT count(*), sum(line_count) FROM audit_blocks").fetchall()
    assert blocks[0] > 1
    assert blocks[1] == 120
