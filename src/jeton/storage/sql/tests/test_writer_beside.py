"""What the writer does beside its works: facts, jobs, moving the log, and its end."""

import pytest

from jeton.kernel.problems import Busy, Conflict
from jeton.storage.sql import writer as module
from jeton.storage.sql.sqlite import open_reader
from jeton.storage.sql.tests.writer_bench import Bench, Use, bench, keep, until

__all__ = ["bench"]


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
