"""How long the clean-up of rows that are over keeps others from writing, with many millions of them in a table.

Each batch is one transaction: from before its BEGIN to after its COMMIT nobody else writes on SQLite. On PostgreSQL it
locks rows that are over, which nobody else wants: what others wait there is measured by writing one row over and over,
with a clean-up beside it and without. `python -m benchmarks.cleanup --rows 10000000`.
"""

import argparse
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Final, NamedTuple

from jeton.kernel.ports import Work
from jeton.kit.clock import DAY, system_clock
from jeton.kit.mint import SystemMint
from jeton.storage.sql.dbapi import connect as open_sqlite
from jeton.storage.sql.engines import open_beside
from jeton.storage.sql.migrate import migrate
from jeton.storage.sql.postgresql import connect as open_postgresql
from jeton.storage.sql.sweep import SWEEPS
from jeton.storage.sql.turns import Batches, Learn
from jeton.storage.work import SqlWork
from jeton.testing.postgres import Server as PostgreSQL

SWEPT: Final = {"tokens": SWEEPS[0], "refresh_tokens": SWEEPS[4]}
_LOADED: Final = {
    # Every second one is of a person and of an authorization, so that every index has to be kept.
    "tokens": (
        "id, digest, application_id, generation, user_id, user_generation, scopes, issued_at, expires_at, family",
        (
            "{over} + i, {digest}, 7, 0, CASE WHEN i % 2 = 0 THEN i % 5000 END, 0, 1, {at}, {at}, "
            "CASE WHEN i % 2 = 0 THEN i / 3 END"
        ),
    ),
    "refresh_tokens": (
        (
            "id, digest, application_id, generation, user_id, user_generation, scopes, family, issued_at, expires_at, "
            "ends_at"
        ),
        "{over} + i, {digest}, 7, 0, i % 5000, 0, 1, i, {at}, {at}, {at}",
    ),
}


class Cleaned(NamedTuple):
    """What the clean-up of one table gave."""

    engine: str
    table: str
    rows: int
    batches: list[float]
    """How long each kept its lock, in milliseconds."""
    taken: int


def main() -> None:
    """Fill, clean, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cleanup", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="of each table")
    parser.add_argument("--batches", type=int, default=400, help="after which a table is left")
    given = parser.parse_args()
    print("| engine | table | rows | batches | rows a second | median ms | 99 % ms | longest ms |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        _tell(_on_sqlite(Path(folder), given.rows, given.batches))
    server = PostgreSQL(durable=True)
    try:
        _tell(_on_postgresql(server, given.rows, given.batches))
    finally:
        server.remove()


def _tell(told: list[Cleaned]) -> None:
    for one in told:
        took = sorted(one.batches)
        rate = one.taken / (sum(took) / 1000)
        ranks = (statistics.median(took), took[int(len(took) * 0.99)], took[-1])
        figures = " | ".join(f"{figure:.1f}" for figure in ranks)
        print(f"| {one.engine} | {one.table} | {one.rows:,} | {len(took):,} | {rate:,.0f} | {figures} |", flush=True)


def _on_sqlite(folder: Path, rows: int, batches: int) -> list[Cleaned]:
    migrate(folder)
    connection = open_sqlite(str(folder / "jeton.sqlite"))
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    for table in _LOADED:
        cursor.execute(_filling(table, rows, digest="randomblob(32)"), ())
    connection.close()
    return [
        *(_cleaned("SQLite", folder, None, table, rows, batches) for table in _LOADED),
        _floor("SQLite", folder, None),
    ]


def _on_postgresql(server: PostgreSQL, rows: int, batches: int) -> list[Cleaned]:
    with tempfile.TemporaryDirectory() as folder:
        url = server.database()
        migrate(Path(folder), url)
        with open_postgresql(url) as connection:
            for table in _LOADED:
                connection.execute(_filling(table, rows, digest="sha256(i::text::bytea)"))
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
        told = [_cleaned("PostgreSQL", Path(folder), url, table, rows, batches) for table in _LOADED]
        is_over = threading.Event()
        beside = threading.Thread(target=_clean_on, args=(Path(folder), url, is_over))
        beside.start()
        told.append(_floor("PostgreSQL", Path(folder), url, "(one row, beside a clean-up)"))
        is_over.set()
        beside.join()
        return [*told, _floor("PostgreSQL", Path(folder), url)]


def _filling(table: str, rows: int, *, digest: str) -> str:
    """One statement that both engines read."""
    columns, values = _LOADED[table]
    ended_at = system_clock() - 100 * DAY
    told = values.format(over=(ended_at // 1000) << 20, digest=digest, at=ended_at)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
    return f"INSERT INTO {table} ({columns}) {numbers} SELECT {told} FROM n"


def _cleaned(engine: str, folder: Path, url: str | None, table: str, rows: int, batches: int) -> Cleaned:
    """Do what serving does, batch after batch, as long as there is more."""
    works = open_beside(folder, url, system_clock, SystemMint())
    job = Batches()
    took: list[float] = []
    taken = 0

    def batch(work: Work) -> Learn:
        assert isinstance(work, SqlWork)
        return job.run(lambda limit: counted(SWEPT[table](work.session, work.now, limit)))

    def counted(rows: int) -> int:
        nonlocal taken
        taken += rows
        return rows

    has_more = True
    while has_more and len(took) < batches:
        began = time.perf_counter()
        learn = works.write(batch)
        took_s = time.perf_counter() - began
        took.append(took_s * 1000)
        has_more = learn(took_s)
    works.close()
    return Cleaned(engine, table, rows, took, taken)


def _clean_on(folder: Path, url: str | None, is_over: threading.Event) -> None:
    """Clean one batch after the other."""
    while not is_over.is_set():
        for table in SWEPT:
            _cleaned("", folder, url, table, 0, 20)


def _floor(engine: str, folder: Path, url: str | None, name: str = "(one row, for comparison)") -> Cleaned:
    """One row in each transaction: what its COMMIT and the disk take, whatever is cleaned."""
    works = open_beside(folder, url, system_clock, SystemMint())
    took = []
    for number in range(400):
        began = time.perf_counter()
        works.write(lambda work, text=str(number): work.platform.keep("floor", text))
        took.append((time.perf_counter() - began) * 1000)
    works.close()
    return Cleaned(engine, name, 1, took, len(took))


if __name__ == "__main__":
    main()
