"""The writer: what is answered, when, and what stands afterwards, whatever the engine does."""

import resource
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import apsw
import pytest

from jeton.kernel.problems import Busy, Conflict, NoSpace
from jeton.storage.sql import writer as module
from jeton.storage.sql.sqlite import open_beside, open_reader, open_writer
from jeton.storage.sql.writer import Answer, Writer

Use = Callable[[apsw.Connection], Any]


class Bench:
    """A writer on a table of numbers, with its answers by reply."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.connection = open_writer(file)
        self.connection.execute("CREATE TABLE IF NOT EXISTS kept (number INTEGER PRIMARY KEY, body BLOB)")
        self.batches: SimpleQueue[Sequence[Answer]] = SimpleQueue()
        self.notes: list[Use] = []
        self.take: Callable[[int], list[Use]] = self.take_notes
        self.writer: Writer | None = None

    def start(self, *, jobs: Sequence[Use] = (), jobs_every_s: float = 5.0) -> Writer:
        self.writer = Writer(
            self.connection,
            lambda use: use(self.connection),
            self.batches.put,
            lambda limit: self.take(limit),
            jobs=jobs,
            jobs_every_s=jobs_every_s,
        )
        self.writer.start()
        return self.writer

    def take_notes(self, limit: int) -> list[Use]:
        taken, self.notes = self.notes[:limit], self.notes[limit:]
        return taken

    def ask(self, *uses: Use) -> list[Answer]:
        """Hand in works while the writer is held up, so that they share a batch; their answers in order."""
        assert self.writer
        held, go = threading.Event(), threading.Event()

        def hold(_: apsw.Connection) -> None:
            held.set()
            go.wait(10)

        self.writer.submit(hold, "hold")
        held.wait(10)
        for number, use in enumerate(uses):
            self.writer.submit(use, number)
        go.set()
        answers: list[Answer] = []
        while len(answers) < len(uses) + 1:
            answers.extend(self.batches.get(timeout=10))
        return answers[1:]

    def kept(self) -> list[int]:
        reader = open_reader(self.file)
        numbers: list[Any] = [row[0] for row in reader.execute("SELECT number FROM kept ORDER BY number").fetchall()]
        reader.close()
        return numbers

    def log_bytes(self) -> int:
        log = self.file.with_name(self.file.name + "-wal")
        return log.stat().st_size if log.exists() else 0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "kept.sqlite")
    yield bench
    if bench.writer is not None:
        bench.writer.stop()


def keep(number: int, *, size: int = 1, then: Exception | None = None) -> Use:
    def use(connection: apsw.Connection) -> int:
        connection.execute("INSERT INTO kept VALUES (?, zeroblob(?))", (number, size))
        if then is not None:
            raise then
        return number

    return use


def limit_to(size: Callable[[], int]) -> Use:
    """From here on no file grows beyond a size: a write error, as a failing disk gives."""

    def use(_: apsw.Connection) -> None:
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (size(), hard))

    return use


@contextmanager
def file_size_restored() -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen")


def test_works_that_wait_together_share_one_transaction_and_one_delivery(bench: Bench) -> None:
    commits: list[int] = []

    def count() -> bool:
        commits.append(1)
        return False

    bench.start()
    bench.connection.set_commit_hook(count)
    assert bench.ask(*(keep(number) for number in range(50))) == [(number, number, None) for number in range(50)]
    assert len(commits) == 2
    assert bench.kept() == list(range(50))


def test_a_refusal_undoes_its_own_work_alone(bench: Bench) -> None:
    bench.start()
    refusal = Conflict()
    bug = ZeroDivisionError()
    answers = bench.ask(keep(1), keep(2, then=refusal), keep(3, then=bug), keep(4), keep(4))
    assert answers[:4] == [(0, 1, None), (1, None, refusal), (2, None, bug), (3, 4, None)]
    assert isinstance(answers[4][2], apsw.ConstraintError)
    assert bench.kept() == [1, 4]


def test_nothing_is_answered_before_it_is_committed(bench: Bench) -> None:
    writer = bench.start()
    seen: list[list[int]] = []

    def look_and_deliver(answers: Sequence[Answer]) -> None:
        seen.append(bench.kept())
        bench.batches.put(answers)

    writer._deliver = look_and_deliver
    bench.ask(keep(1), keep(2, then=Conflict()))
    assert seen == [[], [1]]


def test_a_full_disk_refuses_the_works_that_do_not_fit_and_keeps_the_others(bench: Bench) -> None:
    bench.connection.execute("PRAGMA max_page_count = 10").fetchall()
    writer = bench.start()
    answers = bench.ask(keep(1), keep(2, size=1_000_000), keep(3), keep(4, then=Conflict()))
    assert [type(error) for _, _, error in answers] == [type(None), NoSpace, type(None), Conflict]
    assert bench.kept() == [1, 3]
    bench.connection.execute("PRAGMA max_page_count = 100000").fetchall()
    assert bench.ask(keep(5, size=1_000_000)) == [(0, 5, None)]
    assert writer.is_healthy


def test_a_full_disk_that_took_one_statement_alone_counts_as_one_that_took_all(bench: Bench) -> None:
    bench.connection.execute("PRAGMA max_page_count = 10").fetchall()
    bench.start()
    stood: list[bool] = []

    def keep_many(connection: apsw.Connection) -> None:
        try:
            connection.execute(
                "INSERT INTO kept WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                " SELECT i, zeroblob(1000) FROM n"
            )
        finally:
            stood.append(connection.in_transaction)

    answers = bench.ask(keep(1), keep_many, keep(2))
    assert stood == [True, True]
    assert [type(error) for _, _, error in answers] == [type(None), NoSpace, type(None)]
    assert bench.kept() == [1, 2]


def test_a_work_that_hides_the_full_disk_does_not_pass_for_done(bench: Bench) -> None:
    bench.connection.execute("PRAGMA max_page_count = 10").fetchall()
    bench.start()

    def hide(connection: apsw.Connection) -> str:
        with pytest.raises(apsw.FullError):
            keep(2, size=1_000_000)(connection)
        return "done"

    kept, hidden = bench.ask(keep(1), hide)
    assert kept == (0, 1, None)
    assert isinstance(hidden[2], Busy)
    assert bench.kept() == [1]


def test_when_commit_fails_each_work_is_run_again_alone_once(bench: Bench) -> None:
    bench.start()
    runs: list[int] = []

    def counted(number: int) -> Use:
        def use(connection: apsw.Connection) -> object:
            runs.append(number)
            return keep(number)(connection)

        return use

    refusals = iter([False, True])
    bench.connection.set_commit_hook(lambda: next(refusals, False))
    assert bench.ask(counted(1), counted(2)) == [(0, 1, None), (1, 2, None)]
    assert runs == [1, 2, 1, 2]
    assert bench.kept() == [1, 2]


def test_when_commit_keeps_failing_nothing_is_said_to_be_kept(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.start()
    refusals = iter([False])
    bench.connection.set_commit_hook(lambda: next(refusals, True))
    assert [type(error) for _, _, error in bench.ask(keep(1), keep(2))] == [Busy, Busy]
    assert bench.kept() == []
    assert "a work could not be committed" in caplog.text


def test_after_a_failed_write_nothing_more_is_promised(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    writer = bench.start()
    assert bench.ask(keep(1)) == [(0, 1, None)]
    with file_size_restored():
        answers = bench.ask(limit_to(bench.log_bytes), keep(2, size=100_000), keep(3))
    assert [type(error) for _, _, error in answers] == [Busy, Busy, Busy]
    assert not writer.is_healthy
    with pytest.raises(Busy):
        writer.submit(keep(4), 0)
    assert bench.kept() == [1]
    assert "cannot be trusted" in caplog.text
    writer.stop()
    bench.writer = None
    assert bench.log_bytes() > 0  # not moved into the database by whoever cannot trust the disk


def test_works_that_wait_behind_a_failing_disk_are_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_IN_A_BATCH", 1)
    bench.start()
    with file_size_restored():
        answers = bench.ask(limit_to(bench.log_bytes), keep(2, size=100_000), keep(3), keep(4))
    assert [type(error) for _, _, error in answers] == [Busy] * 4
    assert bench.kept() == []


def test_a_disk_that_fails_the_second_time_is_not_tried_a_third(bench: Bench) -> None:
    bench.start()
    runs: list[int] = []

    def fail_later(connection: apsw.Connection) -> None:
        runs.append(1)
        if runs.count(1) == 2:
            limit_to(bench.log_bytes)(connection)
            keep(1, size=100_000)(connection)

    def never_again(connection: apsw.Connection) -> None:
        runs.append(2)

    refusals = iter([False, True])
    bench.connection.set_commit_hook(lambda: next(refusals, False))
    with file_size_restored():
        answers = bench.ask(keep(9), fail_later, never_again)
    assert answers[0] == (0, 9, None)
    assert [type(error) for _, _, error in answers[1:]] == [Busy, Busy]
    assert runs == [1, 2, 1]
    assert bench.kept() == [9]


def test_a_failing_disk_shows_when_facts_are_written_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.01)
    writer = bench.start()
    with file_size_restored():
        bench.ask(limit_to(bench.log_bytes))
        bench.notes = [keep(100, size=100_000)]
        until(lambda: not writer.is_healthy)
    bench.notes = [keep(101)]
    writer.stop()
    bench.writer = None
    assert bench.kept() == []


def test_a_log_that_cannot_be_moved_into_the_database_is_kept(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.2)
    writer = bench.start()
    with file_size_restored():
        assert bench.ask(keep(1, size=100_000)) == [(0, 1, None)]
        bench.ask(limit_to(lambda: bench.file.stat().st_size))
        until(lambda: not writer.is_healthy)
    writer.stop()
    bench.writer = None
    assert bench.kept() == [1]


def test_a_full_queue_is_busy(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    writer = bench.start()
    held, go = threading.Event(), threading.Event()

    def hold(_: apsw.Connection) -> None:
        held.set()
        go.wait(10)

    writer.submit(hold, "hold")
    held.wait(10)
    for number in range(3):
        writer.submit(keep(number), number)
    with pytest.raises(Busy) as full:
        writer.submit(keep(9), 9)
    assert full.value.retry_after_s == 1
    go.set()
    until(lambda: bench.kept() == [0, 1, 2])


def test_a_lock_that_somebody_keeps_is_busy(bench: Bench) -> None:
    beside = open_beside(bench.file)
    bench.connection.set_busy_handler(None)
    writer = bench.start()
    beside.execute("BEGIN IMMEDIATE")
    writer.submit(keep(1), 0)
    [(_, _, error)] = bench.batches.get(timeout=10)
    assert isinstance(error, Busy)
    beside.execute("COMMIT")
    beside.close()
    assert bench.ask(keep(2)) == [(0, 2, None)]


def test_stopping_does_what_waits_and_empties_the_log(bench: Bench) -> None:
    writer = bench.start()
    for number in range(500):
        writer.submit(keep(number), number)
    bench.notes = [keep(1000)]
    writer.stop()
    bench.writer = None
    with pytest.raises(Busy):
        writer.submit(keep(501), 501)
    assert bench.log_bytes() == 0
    assert bench.kept() == [*range(500), 1000]


def test_facts_are_written_with_the_next_batch_and_their_failures_logged(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.start()
    bench.notes = [keep(100), keep(101, then=ZeroDivisionError()), keep(102)]
    assert bench.ask(keep(1)) == [(0, 1, None)]
    assert bench.kept() == [1, 100, 102]
    assert "a fact or job could not be written" in caplog.text


def test_facts_are_written_when_there_is_no_batch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.01)
    bench.notes = [keep(100), keep(101)]
    bench.start()
    until(lambda: bench.kept() == [100, 101])


def test_a_fact_that_does_not_fit_costs_nobody_an_answer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.01)
    bench.connection.execute("PRAGMA max_page_count = 10").fetchall()
    bench.start()
    bench.notes = [keep(100, size=1_000_000)]
    assert bench.ask(keep(1), keep(2)) == [(0, 1, None), (1, 2, None)]
    bench.notes = [keep(100, size=1_000_000)]
    until(lambda: "could not be committed" in caplog.text)
    assert bench.kept() == [1, 2]


def test_jobs_run_when_the_queue_is_empty_and_in_transactions_of_their_own(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.01)
    numbers = iter(range(1000, 2000))
    bench.start(
        jobs=[lambda c: keep(next(numbers), then=Conflict())(c), lambda c: keep(next(numbers))(c)], jobs_every_s=0.01
    )
    until(lambda: {1001, 1003} <= set(bench.kept()))
    assert bench.ask(keep(1)) == [(0, 1, None)]


def test_the_log_is_moved_into_the_database_when_it_has_grown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECKPOINT_PAGES", 20)
    monkeypatch.setattr(module, "IDLE_S", 30)
    bench.start()
    for number in range(100):
        bench.ask(keep(number, size=10_000))
    assert bench.log_bytes() < 40 * 4200


def test_a_long_reader_makes_the_log_wait_and_loses_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECKPOINT_PAGES", 20)
    bench.start()
    reader = open_reader(bench.file)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM kept").fetchall() == [(0,)]
    for number in range(50):
        bench.ask(keep(number, size=10_000))
    assert reader.execute("SELECT count(*) FROM kept").fetchall() == [(0,)]
    assert bench.log_bytes() > 100 * 4096
    reader.execute("ROLLBACK")
    reader.close()
    assert bench.kept() == list(range(50))
    for number in range(50, 100):
        bench.ask(keep(number))
    assert bench.writer
    bench.writer.stop()
    bench.writer = None
    assert bench.log_bytes() == 0


def test_a_bug_in_the_writer_leaves_nobody_waiting(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: int) -> list[Use]:
        raise RuntimeError("a bug")

    bench.take = fail
    writer = bench.start()
    writer.submit(keep(1), 0)
    [(reply, _, error)] = bench.batches.get(timeout=10)
    assert reply == 0
    assert isinstance(error, Busy)
    assert "the writer failed" in caplog.text
    with pytest.raises(Busy):
        writer.submit(keep(2), 1)
