"""The journal is bound into signed blocks, and whatever is done to it behind the platform's back is told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import apsw
import psycopg
import pytest

from jeton.kernel.caller import OPERATOR
from jeton.kernel.configuration import SealBroken
from jeton.kernel.logs import LOG_DAYS, forget_old
from jeton.kernel.ports import Work
from jeton.kernel.sealing import LATE, MOST_LINES, SEAL_AFTER, SEAL_EVERY, Block
from jeton.kit.clock import DAY, MINUTE, SECOND, Instant, to_datetime
from jeton.kit.mint import SystemMint
from jeton.storage.keys import KeyFolder
from jeton.storage.sql.engines import CommandWorks, open_beside
from jeton.storage.sql.sealing import Broken, accept, check_journal, count_waiting, seal
from jeton.storage.sql.sqlite import DATABASE
from jeton.storage.work import SqlWork
from jeton.testing.contracts.values import NOW
from jeton.testing.postgres import migrated_database, server
from jeton.testing.sqlite import lay_migrated

T = TypeVar("T")


class Journal:
    """A platform that does nothing but write lines and seal them."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.folder = folder
        self.url = url
        self.now: Instant = NOW
        if url is None:
            lay_migrated(folder)
        self.keys = KeyFolder(folder / "keys", SystemMint())
        self.keys.add(NOW)
        self.works = self.open()

    def open(self) -> CommandWorks:
        """Works with a mint of their own, as another process has."""
        return open_beside(self.folder, self.url, lambda: self.now, SystemMint(), seals=self.keys)

    def write(self, *names: str, works: CommandWorks | None = None) -> None:
        def act(work: Work) -> None:
            for name in names:
                work.audit.record(OPERATOR, "folder.created", "7", name=name)

        (works or self.works).write(act)

    def seal(self, after: Instant = SEAL_AFTER + SEAL_EVERY) -> Block | None:
        self.now += after
        return self.works.write(on(seal))

    def findings(self, *, with_keys: bool = True) -> list[str]:
        return self.works.read(on(lambda work: list(check_journal(work.session, work.seals if with_keys else None))))

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Behind the platform's back."""
        if self.url is not None:
            with psycopg.connect(self.url, autocommit=True) as connection:
                cursor = connection.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        file = apsw.Connection(str(self.folder / DATABASE))
        try:
            return file.execute(statement).fetchall()
        finally:
            file.close()

    def ids(self) -> list[int]:
        return [number for (number,) in self.sql("SELECT id FROM audit ORDER BY id")]


def on(use: Callable[[SqlWork], T]) -> Callable[[Work], T]:
    def run(work: Work) -> T:
        assert isinstance(work, SqlWork)
        return use(work)

    return run


@pytest.fixture(params=["sqlite", "postgresql"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    url = migrated_database() if request.param == "postgresql" else None
    made = Journal(tmp_path, url)
    yield made
    made.works.close()
    if url is not None:
        server().drop(url)


@pytest.fixture
def sealed(journal: Journal) -> Journal:
    """Three blocks, of three, two and one lines; the last one when nothing that came late is taken in for the first."""
    for names in (("a", "é\N{GRINNING FACE}", "c"), ("d", "e"), ("f",)):
        journal.write(*names)
        journal.now += LATE // 2
        assert journal.seal() is not None
    return journal


def test_lines_that_wait_go_into_blocks_one_after_the_other(sealed: Journal) -> None:
    assert [tuple(row) for row in sealed.sql("SELECT number, line_count FROM audit_blocks ORDER BY number")] == [
        (1, 3), (2, 2), (3, 1),
    ]  # fmt: skip
    assert sealed.findings() == []
    assert sealed.seal() is None


def test_a_line_is_sealed_some_seconds_after_it_was_written_and_not_before(journal: Journal) -> None:
    journal.write("a")
    assert journal.seal(SEAL_AFTER - SECOND) is None
    assert journal.seal(2 * SECOND) is not None
    journal.write("b")
    assert journal.seal(SEAL_EVERY - 1 * SECOND) is None
    assert journal.works.read(on(lambda work: count_waiting(work.session))) == 1
    assert journal.findings() == []
    assert journal.seal(1 * SECOND) is not None


def test_many_lines_are_sealed_block_by_block(journal: Journal) -> None:
    journal.write(*map(str, range(2 * MOST_LINES + 1)))
    made = [journal.seal(SEAL_AFTER + SECOND), journal.seal(0), journal.seal(0), journal.seal()]
    assert [block and block.line_count for block in made] == [MOST_LINES, MOST_LINES, None, 1]
    assert journal.findings() == []


def test_a_line_that_comes_late_goes_into_the_next_block(journal: Journal) -> None:
    other = journal.open()
    journal.write("early")
    journal.now += MINUTE
    journal.write("a", "b")
    assert journal.seal() is not None
    journal.now -= LATE // 2  # a machine whose clock is behind
    journal.write("late", works=other)
    journal.now += LATE // 2
    assert journal.findings() == []  # it is on its way
    block = journal.seal()
    assert block is not None
    assert block.line_count == 1
    assert journal.findings() == []
    [(late,)] = journal.sql("SELECT id FROM audit WHERE facts LIKE '%late%'")
    assert late < block.last_id
    journal.sql(f"DELETE FROM audit WHERE id = {late}")
    assert journal.findings() == [f"Block 2 of the journal (of {told(block)}): line {late} was removed."]
    other.close()


def told(block: Block) -> str:
    return f"{to_datetime(block.made_at):%Y-%m-%d %H:%M:%S}"


def test_a_clock_that_ran_far_ahead_and_was_set_right_leaves_no_line_out(journal: Journal) -> None:
    journal.write("before")
    assert journal.seal() is not None
    journal.now += 90 * DAY
    journal.write("far ahead")
    assert journal.seal() is not None
    journal.now -= 90 * DAY
    for number in range(4):  # each in a process of its own, as after a restart
        works = journal.open()
        journal.write(f"right again {number}", works=works)
        works.close()
        block = journal.seal(LATE)
        assert block is not None
        assert block.line_count == 1
        assert journal.findings() == []
    journal.sql(f"DELETE FROM audit WHERE id = {journal.ids()[1]}")
    assert len(journal.findings()) == 1


COLUMNS = "id, at, action, actor, actor_kind, actor_name, subject, facts"

# What is done, in SQL that knows the six lines' ids, and what is told.
TAMPERINGS = {
    "a changed line": (
        "UPDATE audit SET actor_name = 'somebody else' WHERE id = {2}",
        "line {2} (folder.created) was changed.",
    ),
    "a changed time": ("UPDATE audit SET at = at + 1 WHERE id = {0}", "line {0} (folder.created) was changed."),
    "a changed refusal": (
        "UPDATE audit SET code = 'forbidden' WHERE id = {5}",
        "line {5} (folder.created) was changed.",
    ),
    "an emptied member": ("UPDATE audit SET client_id = '' WHERE id = {1}", "line {1} (folder.created) was changed."),
    "a removed line": ("DELETE FROM audit WHERE id = {3}", "line {3} was removed."),
    "a line that was put in": (
        f"INSERT INTO audit ({COLUMNS}) VALUES ({{0}} - 1, 5, 'login', 1, 'person', 'ada', '1', '{{{{}}}}')",
        "Line {before} (login) was put in after that part of the journal had been sealed.",
    ),
    "two lines that changed places": (
        "UPDATE audit SET facts = (SELECT b.facts FROM audit AS b WHERE b.id = {0} + {1} - audit.id) WHERE id <= {1}",
        "line {0} (folder.created) was changed.",
    ),
    "a removed block": ("DELETE FROM audit_blocks WHERE number = 2", "Block 2 of the journal: removed."),
    "the first block, removed": ("DELETE FROM audit_blocks WHERE number = 1", "Block 1 of the journal: removed."),
    "two blocks, removed": (
        "DELETE FROM audit_blocks WHERE number < 3",
        "Blocks 1 to 2 of the journal: removed.",
    ),
    "a cut tail": (
        "DELETE FROM audit_blocks WHERE number = 3",
        "The end of the journal was cut off: block 3 was its last, and",
    ),
    "everything cut": ("DELETE FROM audit_blocks", "The end of the journal was cut off: block 3 was its last, and"),
    "a mark that is gone": ("DELETE FROM audit_head", "the mark of its end was removed."),
    "a mark that names another": (
        "UPDATE audit_head SET number = 2",
        "The mark of the journal's end was changed: its signature",
    ),
    "a changed block": (
        "UPDATE audit_blocks SET made_at = made_at + 1 WHERE number = 2",
        "was changed: its signature does not hold.",
    ),
    "a raised floor": (
        "UPDATE audit_blocks SET floor = {4} WHERE number = 3",
        "was changed: its signature does not hold.",
    ),
    "a changed list": (
        "UPDATE audit_blocks SET lines = substr(lines, 1, 40) WHERE number = 1",
        "the list of its lines was changed.",
    ),
    "an emptied list": ("UPDATE audit_blocks SET lines = substr(lines, 1, 0)", "the list of its lines was changed."),
    "blocks that changed places": ("UPDATE audit_blocks SET number = 9 WHERE number = 1", "Block 1 of the journal"),
    "a signature of another key": (
        "UPDATE audit_blocks SET key = 'k20000101000000-00000000' WHERE number = 1",
        "is signed with the key k2",
    ),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_lg_05_whatever_was_done_to_the_journal_is_told(sealed: Journal, kind: str) -> None:
    statement, sentence = TAMPERINGS[kind]
    ids = sealed.ids()
    sealed.sql(statement.format(*ids))
    findings = sealed.findings()
    assert any(sentence.format(*ids, before=ids[0] - 1) in finding for finding in findings), findings
    assert all(finding.endswith(".") and "\n" not in finding for finding in findings)


def test_lg_05_lines_and_blocks_cut_off_together_are_told(sealed: Journal) -> None:
    ids = sealed.ids()
    sealed.sql("DELETE FROM audit_blocks WHERE number > 1")
    sealed.sql(f"DELETE FROM audit WHERE id >= {ids[3]}")
    [finding] = sealed.findings()
    assert finding.startswith("The end of the journal was cut off: block 3")


def test_lg_05_a_block_made_anew_without_the_key_is_told(sealed: Journal, tmp_path: Path) -> None:
    """Whoever has the database alone can work out every hash, and sign nothing."""
    stranger = KeyFolder(tmp_path / "stranger", SystemMint())
    stranger.add(NOW)
    sealed.sql("DELETE FROM audit_blocks")
    sealed.sql("DELETE FROM audit_head")
    ours, sealed.keys = sealed.keys, stranger
    forged = sealed.open()
    sealed.now += MINUTE
    assert forged.write(on(seal)) is not None
    forged.close()
    sealed.sql(f"UPDATE audit_blocks SET key = '{ours.ids[0]}'")
    sealed.sql(f"UPDATE audit_head SET key = '{ours.ids[0]}'")
    assert len(sealed.findings()) == 2
    assert sealed.findings(with_keys=False) == []


def test_lg_05_nothing_follows_an_end_that_was_cut_off_until_somebody_accepts_it(sealed: Journal) -> None:
    sealed.sql("DELETE FROM audit_blocks WHERE number = 3")
    sealed.write("g")
    with pytest.raises(Broken):
        sealed.seal()
    accepted = sealed.works.write(on(accept))
    assert accepted is not None
    assert accepted.number == 2
    assert sealed.findings() == []  # the line of the third block waits to be sealed again
    block = sealed.seal()
    assert block is not None
    assert (block.number, block.line_count) == (3, 2)
    sealed.sql("DELETE FROM audit_blocks")
    assert sealed.works.write(on(accept)) is None
    assert sealed.seal() is not None
    assert sealed.findings() == []


def test_lines_that_were_kept_long_enough_go_and_their_blocks_still_hold(sealed: Journal) -> None:
    sealed.works.write(lambda work: work.platform.keep(LOG_DAYS, "10"))
    first = sealed.ids()
    sealed.now += 11 * DAY

    def forget() -> int:
        return sealed.works.write(lambda work: forget_old(work, 2))

    assert forget() == 0  # the last block does not say so yet
    sealed.write("new")
    block = sealed.seal()
    assert block is not None
    assert (block.line_count, block.floor > first[-1]) == (1, True)
    assert forget() == 2
    assert sealed.findings() == []  # a block that has lost some of its lines
    assert [forget(), forget(), forget()] == [2, 2, 0]
    assert sealed.findings() == []
    assert sealed.sql("SELECT number FROM audit_blocks WHERE length(lines) = 0 ORDER BY number") == [(1,), (2,), (3,)]
    sealed.sql(f"DELETE FROM audit WHERE id = {sealed.ids()[0]}")
    assert len(sealed.findings()) == 1


def test_a_quiet_platform_forgets_as_well(sealed: Journal) -> None:
    sealed.works.write(lambda work: work.platform.keep(LOG_DAYS, "10"))
    assert sealed.seal(11 * DAY) is not None
    assert sealed.works.write(lambda work: forget_old(work, 100)) == 6
    assert sealed.seal() is None  # nothing is left to speak of
    assert (sealed.ids(), sealed.findings()) == ([], [])


def test_fewer_days_of_keeping_do_not_excuse_what_is_missing_already(sealed: Journal) -> None:
    sealed.sql(f"DELETE FROM audit WHERE id = {sealed.ids()[0]}")
    sealed.works.write(lambda work: work.platform.keep(LOG_DAYS, "1"))
    assert len(sealed.findings()) == 1


def test_a_new_key_signs_and_the_older_blocks_hold(sealed: Journal) -> None:
    newer = sealed.keys.add(sealed.now)
    sealed.write("g")
    block = sealed.seal()
    assert block is not None
    assert block.key == newer
    assert sealed.findings() == []


def test_a_key_that_is_lost_is_named_and_nothing_is_sealed_after_it(sealed: Journal) -> None:
    [lost] = (sealed.folder / "keys").iterdir()
    lost.unlink()
    sealed.keys = KeyFolder(sealed.folder / "keys", SystemMint())
    sealed.keys.add(sealed.now + DAY)
    sealed.works.close()
    sealed.works = sealed.open()
    sealed.write("g")
    with pytest.raises(SealBroken):
        sealed.seal()
    [finding] = sealed.findings()
    assert finding.endswith(f"is signed with the key {lost.stem}, which is not here.")
    sealed.works.write(on(accept))
    assert sealed.seal() is not None
    assert sealed.findings() == [finding]
