"""The writer: what is answered, when, and what stands afterwards, whatever the engine does."""

import threading
from collections.abc import Sequence

import apsw
import pytest

from jeton.kernel.problems import Busy, Conflict, NoSpace
from jeton.storage.sql import writer as module
from jeton.storage.sql.sqlite import open_beside
from jeton.storage.sql.tests.writer_bench import Bench, Use, bench, file_size_restored, keep, limit_to, until
from jeton.storage.sql.writer import Answer

__all__ = ["bench"]


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
