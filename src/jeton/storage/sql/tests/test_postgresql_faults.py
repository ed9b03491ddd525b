"""PostgreSQL going away: connections cut at their COMMIT, a server that stops, starts, or crashes under load."""

import asyncio
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import BigInteger, bindparam, literal, select

from jeton.kernel.ports import Work
from jeton.kernel.problems import Busy
from jeton.kit.clock import system_clock
from jeton.kit.mint import SystemMint
from jeton.storage.sql.migrate import migrate
from jeton.storage.sql.postgresql import PostgresSession, open_connection
from jeton.storage.sql.postgresql_errors import EngineError
from jeton.storage.sql.postgresql_line import RETRY_S, TRIES
from jeton.storage.sql.postgresql_works import PostgresWorks
from jeton.storage.sql.statement import Sql
from jeton.testing.contracts.works import value_of
from jeton.testing.postgres import Server, migrated_database, server
from jeton.testing.proxy import WAYS, CuttingProxy

CUTS = 200
PEOPLE = 8


def counted(number: int) -> Callable[[Work], int]:
    """A write that shows how often it was kept, alone and in a sum that all share."""

    def use(work: Work) -> int:
        for name in (f"write {number}", "sum"):
            work.platform.keep(name, str(int(work.platform.value(name) or 0) + 1))
        return number

    return use


class Load:
    """People who write one thing after the other, and remember what they were told."""

    def __init__(self, works: PostgresWorks) -> None:
        self.works = works
        self.told: dict[int, BaseException | None] = {}
        self._number = 0

    async def run(self, is_over: Callable[[], bool]) -> None:
        await asyncio.gather(*(self._person(is_over) for _ in range(PEOPLE)))

    async def _person(self, is_over: Callable[[], bool]) -> None:
        while not is_over():
            self._number += 1
            number = self._number
            try:
                assert await self.works.write(counted(number)) == number
                self.told[number] = None
                assert await self.works.read(value_of(f"write {number}")) == "1"
            except Busy as problem:
                self.told.setdefault(number, problem)
                await asyncio.sleep(0.05)

    async def look(self, is_over: Callable[[], bool]) -> None:
        """Somebody who only reads: refused at once, while a writer may still ask whether its last word was kept."""
        while not is_over():
            try:
                await self.works.read(value_of("sum"))
            except Busy as problem:
                self.told.setdefault(0, problem)
            await asyncio.sleep(0.02)

    def check(self, url: str) -> None:
        """What was answered as kept is there once, what was refused is not there."""
        with psycopg.connect(url) as connection:
            kept: dict[str, str] = dict(connection.execute("SELECT name, value FROM settings").fetchall())
        done = {f"write {number}" for number, error in self.told.items() if error is None}
        assert {name: count for name, count in kept.items() if name != "sum"} == dict.fromkeys(done, "1")
        assert kept["sum"] == str(len(done))


@pytest.fixture
def database() -> Iterator[str]:
    url = migrated_database()
    yield url
    server().drop(url)


def name_of(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


@pytest.mark.parametrize("seed", [1, 2])
def test_connections_cut_at_commit_lose_nothing_and_double_nothing(database: str, seed: int) -> None:
    with CuttingProxy(server().socket, seed=seed) as proxy:
        works = PostgresWorks(proxy.url(name_of(database)), system_clock, SystemMint())
        load = Load(works)

        async def scenario() -> None:
            proxy.is_cutting = True
            await load.run(lambda: proxy.cuts.number >= CUTS)
            proxy.is_cutting = False
            assert await works.write(counted(0)) == 0  # back to normal at once
            load.told[0] = None

        asyncio.run(scenario())
        works.close()
    assert set(proxy.cuts.ways) == set(WAYS)
    assert Counter(error is None for error in load.told.values())[True] > CUTS
    load.check(database)


@pytest.fixture(scope="module")
def mortal() -> Iterator[Server]:
    made = Server(durable=True)
    yield made
    made.remove()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["a restart", "a crash"])
def test_a_server_that_is_away_is_told_and_nothing_is_lost(
    mortal: Server, how: signal.Signals, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = mortal.database()
    migrate(tmp_path_factory.mktemp("away"), url)
    works = PostgresWorks(url, system_clock, SystemMint())
    load = Load(works)
    is_over = threading.Event()

    def restart() -> None:
        mortal.stop(how)
        has_been_refused.wait(10)
        mortal.start()

    has_been_refused = threading.Event()

    async def scenario() -> None:
        writing = asyncio.gather(load.run(is_over.is_set), load.look(is_over.is_set))
        await asyncio.sleep(0.3)
        restarting = asyncio.ensure_future(asyncio.to_thread(restart))
        while not any(load.told.values()):
            await asyncio.sleep(0.02)
        assert not works.is_healthy
        has_been_refused.set()
        await restarting
        before = sum(error is None for error in load.told.values())
        async with asyncio.timeout(10):
            while sum(error is None for error in load.told.values()) < before + 50:
                await asyncio.sleep(0.02)
        is_over.set()
        await writing
        assert works.is_healthy

    asyncio.run(scenario())
    works.close()
    assert {error.retry_after_s for error in load.told.values() if isinstance(error, Busy)} == {RETRY_S}
    load.check(url)


def test_a_statement_that_was_refused_the_first_time_gives_its_rows_the_next(database: str) -> None:
    ratio = Sql(select(literal(6, BigInteger) / bindparam("by", type_=BigInteger)), int)
    connection = open_connection(database)
    try:
        session = PostgresSession(connection)
        connection.ahead(b"BEGIN")
        with pytest.raises(EngineError, match="22012"):
            session.one(ratio, by=0)
        connection.leave(b"ROLLBACK")
        connection.ahead(b"BEGIN")
        assert (session.one(ratio, by=2), session.all(ratio, by=3)) == (3, [2])
        connection.leave(b"ROLLBACK")
    finally:
        connection.close()


def test_writes_of_several_processes_that_meet_are_put_in_order(database: str) -> None:
    """Each builds on what the others wrote: one that read too early is run again, whole."""

    async def meet() -> None:
        several = [PostgresWorks(database, system_clock, SystemMint()) for _ in range(3)]
        load = [works.write(counted(number)) for number in range(100) for works in several]
        for told in await asyncio.gather(*load, return_exceptions=True):
            assert isinstance(told, int), told
        for works in several:
            await asyncio.to_thread(works.close)

    asyncio.run(meet())
    with psycopg.connect(database) as connection:
        [(total,)] = connection.execute("SELECT value FROM settings WHERE name = 'sum'").fetchall()
    assert total == "300"


def test_a_write_that_meets_others_each_time_is_tried_so_often_and_refused(database: str) -> None:
    tries = []

    async def meet() -> None:
        works = PostgresWorks(database, system_clock, SystemMint())
        await works.write(counted(0))

        def met(work: Work) -> None:
            tries.append(work.platform.value("sum"))
            with psycopg.connect(database) as other:  # somebody who takes no lock that writers of ours take
                other.execute("UPDATE settings SET value = value || '1' WHERE name = 'sum'")
            work.platform.keep("sum", "mine")

        with pytest.raises(Busy) as refused:
            await works.write(met)
        assert refused.value.retry_after_s == RETRY_S
        assert await works.write(counted(1)) == 1  # whoever comes next is not held up
        await asyncio.to_thread(works.close)

    asyncio.run(meet())
    assert len(tries) == TRIES == 6
