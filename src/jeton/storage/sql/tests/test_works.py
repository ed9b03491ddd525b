"""Works on SQLite: the contract, what a command does beside a server, and what the audit journal holds."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.kernel.caller import OPERATOR, Caller, CallerKind
from jeton.kernel.ids import ClientId, PrincipalId, TokenId
from jeton.kernel.ports import Work
from jeton.kernel.problems import Busy, Conflict, NoSpace
from jeton.kernel.scopes import NO_SCOPES
from jeton.kit.clock import SECOND, Clock, system_clock
from jeton.kit.mint import SystemMint
from jeton.storage.sql import sqlite
from jeton.storage.sql.notes import MOST_NOTES, Notes
from jeton.storage.sql.sqlite import DATABASE, FolderInUse, NoDatabase, open_beside, open_reader
from jeton.storage.sql.works import BesideWorks, SqliteWorks
from jeton.testing.contracts.values import NOW
from jeton.testing.contracts.works import HandClock, OpenWorks, Seen, WorksContract, keep, until, value_of
from jeton.testing.sqlite import lay_migrated


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lay_migrated(tmp_path)
    return tmp_path


@pytest.fixture
def open_works(folder: Path) -> Iterator[OpenWorks]:
    opened: list[SqliteWorks] = []

    def open_them(clock: Clock) -> SqliteWorks:
        opened.append(SqliteWorks(folder, clock, SystemMint()))
        return opened[-1]

    yield open_them
    for works in opened:
        works.close()


@pytest.fixture
def beside(folder: Path) -> Iterator[BesideWorks]:
    works = BesideWorks(folder, HandClock(), SystemMint())
    yield works
    works.close()


class TestSqliteWorks(WorksContract):
    pass


def test_one_alone_serves_a_folder_and_lets_it_go(folder: Path) -> None:
    first = SqliteWorks(folder, system_clock, SystemMint())
    with pytest.raises(FolderInUse, match=str(folder)):
        SqliteWorks(folder, system_clock, SystemMint())
    first.close()
    SqliteWorks(folder, system_clock, SystemMint()).close()


def test_a_folder_that_cannot_be_opened_is_let_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "SOUND_VERSION", (99, 0, 0))
    with pytest.raises(sqlite.UnsoundSqlite):
        SqliteWorks(folder, system_clock, SystemMint())
    monkeypatch.undo()
    SqliteWorks(folder, system_clock, SystemMint()).close()


def test_closing_keeps_what_was_answered_and_leaves_no_log(folder: Path) -> None:
    async def scenario() -> None:
        works = SqliteWorks(folder, system_clock, SystemMint())
        writing = [asyncio.ensure_future(works.write(keep(str(number), "1"))) for number in range(200)]
        await asyncio.sleep(0)
        await asyncio.to_thread(works.close)
        assert await asyncio.gather(*writing) == ["1"] * 200
        with pytest.raises(Busy):
            await works.write(keep("late", "1"))

    asyncio.run(scenario())
    assert [file.name for file in folder.iterdir() if file.name.startswith(DATABASE)] == [DATABASE]
    reader = open_reader(folder / DATABASE)
    assert reader.execute("SELECT count(*) FROM settings").fetchall() == [(200,)]
    reader.close()


def test_a_loop_that_is_gone_does_not_stop_the_writer(folder: Path) -> None:
    works = SqliteWorks(folder, system_clock, SystemMint())
    go = threading.Event()

    def slow(work: Work) -> None:
        go.wait(10)
        work.platform.keep("slow", "1")

    async def leave() -> None:
        writing = asyncio.ensure_future(works.write(slow))
        await asyncio.sleep(0)
        writing.cancel()

    async def come_back() -> None:
        await works.write(keep("name", "Sign"))
        assert await works.read(value_of("slow")) == "1"

    asyncio.run(leave())
    go.set()
    asyncio.run(come_back())
    works.close()


def test_jobs_run_while_nobody_asks(folder: Path) -> None:
    works = SqliteWorks(folder, system_clock, SystemMint(), idle_jobs=[keep("job", "done")], jobs_every_s=0.01)

    async def scenario() -> None:
        await until(lambda: works.read(value_of("job")), "done")

    asyncio.run(scenario())
    assert works.is_healthy
    works.close()


def test_a_job_is_told_how_long_its_turn_took_and_goes_on_at_once_while_it_says_so(folder: Path) -> None:
    told: list[float] = []

    def learn(took_s: float) -> bool:
        told.append(took_s)
        return len(told) < 5

    def job(_work: Work) -> object:
        time.sleep(0.005)
        return learn

    works = SqliteWorks(folder, system_clock, SystemMint(), idle_jobs=[job], jobs_every_s=0.2)
    limit = time.monotonic() + 10
    while len(told) < 5 and time.monotonic() < limit:
        time.sleep(0.01)
    works.close()
    assert len(told) >= 5
    assert all(took_s >= 0.005 for took_s in told[:5])


def test_facts_that_nobody_can_write_yet_are_bounded() -> None:
    notes = Notes(HandClock())
    for number in range(MOST_NOTES + 10):
        notes.add(Seen("seen", number))
    assert len(notes.take(10)) == 10
    assert len(notes.take(MOST_NOTES)) == MOST_NOTES - 10
    assert notes.take(10) == []


def test_a_clock_that_is_set_back_does_not_silence_facts() -> None:
    clock = HandClock()
    notes = Notes(clock)
    notes.add(Seen("seen"))
    clock.now -= 1000 * SECOND
    notes.add(Seen("seen"))
    assert len(notes.take(10)) == 2


def test_a_command_writes_beside_a_server(folder: Path, beside: BesideWorks) -> None:
    works = SqliteWorks(folder, system_clock, SystemMint())

    async def scenario() -> None:
        await works.write(keep("name", "Sign"))
        assert await asyncio.to_thread(beside.write, keep("language", "fr")) == "fr"
        assert beside.read(value_of("name")) == "Sign"
        assert await works.read(value_of("language")) == "fr"

    asyncio.run(scenario())
    works.close()


def test_a_command_that_is_refused_keeps_nothing(beside: BesideWorks) -> None:
    with pytest.raises(Conflict):
        beside.write(keep("name", "Sign", then=Conflict()))
    assert beside.read(value_of("name")) is None
    assert beside.write(lambda work: work.now) == NOW


def test_a_command_that_gets_no_turn_or_no_room_says_so(
    folder: Path, beside: BesideWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_beside(folder / DATABASE)
    other.execute("BEGIN IMMEDIATE")
    beside._connection.set_busy_handler(None)
    with pytest.raises(Busy):
        beside.write(keep("name", "Sign"))
    other.execute("COMMIT")
    other.close()
    beside._connection.execute("PRAGMA max_page_count = 1").fetchall()
    with pytest.raises(NoSpace):
        beside.write(keep("name", "x" * 1_000_000))
    assert beside.read(value_of("name")) is None


def test_a_command_on_an_empty_folder_names_it(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase, match=str(tmp_path)):
        BesideWorks(tmp_path, system_clock, SystemMint())


def test_the_journal_says_who_did_what_through_what(folder: Path, beside: BesideWorks) -> None:
    person = Caller(
        CallerKind.PERSON,
        PrincipalId(7),
        "ana",
        False,
        NO_SCOPES,
        ClientId("client1"),
        TokenId(9),
        behalf_of_by="Sign",
    )

    def act(work: Work) -> None:
        work.audit.record(person, "user.changed", "8", fields=("mail", "nom é"))
        work.audit.record(OPERATOR, "user.created", "8")

    beside.write(act)

    def act_in_vain(work: Work) -> None:
        act(work)
        raise Conflict

    with pytest.raises(Conflict):
        beside.write(act_in_vain)
    reader = open_reader(folder / DATABASE)
    lines = reader.execute(
        "SELECT at, action, actor, actor_kind, actor_name, on_behalf_by, client_id, token_id, subject, facts"
        " FROM audit WHERE subject = '8' ORDER BY id"
    ).fetchall()
    reader.close()
    first, second = sorted(lines, key=lambda line: str(line[1]))
    assert first[:-1] == (NOW, "user.changed", 7, "person", "ana", "Sign", "client1", 9, "8")
    assert json.loads(str(first[-1])) == {"fields": ["mail", "nom é"]}
    assert second == (NOW, "user.created", 0, "operator", "operator", None, None, None, "8", "{}")


def test_a_work_opens_every_door_that_a_use_case_may_ask_for(beside: BesideWorks) -> None:
    names = [name for name in vars(Work) if not name.startswith("_")]
    assert len(names) > 10
    beside.read(lambda work: [getattr(work, name) for name in names])
