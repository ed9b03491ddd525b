"""A writer on a table of numbers: what the tests of the writer stand on."""

import resource
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import apsw
import pytest

from jeton.storage.sql.sqlite import open_reader, open_writer
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
