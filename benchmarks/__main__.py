"""Measure, and print a table: tokens given, and folders read with a token, beside nginx's fixed answer."""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.aims import Aim, print_aims
from benchmarks.deep import LEVELS, Api, Deep, make_deep
from benchmarks.grants import Grants
from benchmarks.listing import listing_aims, measure_listings, print_listings
from benchmarks.load import Request, measure
from benchmarks.servers import Application, Home, Server, jeton, make_platform, nginx, token_of
from benchmarks.tokens import add_tokens
from benchmarks.transfers import QUICK, WHOLE, measure_transfers, print_transfers, transfer_aims
from jeton.testing.postgres import Server as PostgreSQL

CONCURRENCIES: Final = (1, 32)
TOKENS: Final = "tokens by client_credentials"
READS: Final = "GET /api/folder/1 with a token"
LISTING: Final = f"GET of 100 entries {LEVELS} levels deep, by 50 groups"
EXCHANGES: Final = "a code exchanged for a person's tokens"
REFRESHES: Final = "a refresh"
LOOKS: Final = "an introspection"
PROVED: Final = "GET /api/folder/1 with a token and a DPoP proof"
NGINX: Final = "nginx, fixed JSON of 300 bytes"
EMBEDDED: Final = "embedded"
FULL: Final = "embedded, {rows:,} tokens"
ONE: Final = "PostgreSQL, 1 process"
TWO: Final = "PostgreSQL, 2 processes"
_AIMS: Final = (
    (EMBEDDED, TOKENS, 1 / 16),
    (EMBEDDED, READS, 1 / 12),
    (ONE, TOKENS, 1_500 / 100_000),
    (ONE, READS, 2_500 / 100_000),
)


class Taken(NamedTuple):
    """What one run gave; `cpu_us` is the server's processor time for one answer, whatever else kept the core busy."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


class Row(NamedTuple):
    """One line of the table: the median of some runs."""

    what: str
    where: str
    concurrency: int
    measured: Taken
    memory_mb: float


def main() -> None:
    """Run everything once and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each run")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--rows", type=int, default=1_000_000, help="tokens that the full database holds")
    parser.add_argument("--quick", action="store_true", help="a short try, of which no figure means anything")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.seconds, arguments.runs, arguments.rows = 2, 1, 10_000
    if (os.cpu_count() or 1) < 2:
        sys.exit("two cores are needed: one for the server, one for its clients")
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    full = FULL.format(rows=arguments.rows)
    with tempfile.TemporaryDirectory(prefix="jeton-bench-") as name:
        folder = Path(name)
        embedded = Home(folder / "embedded")
        rows = _beside_nginx(folder, EMBEDDED, embedded, arguments.runs, arguments.seconds)
        rows += _beside_nginx(folder, full, Home(folder / "full"), arguments.runs, arguments.seconds, arguments.rows)
        postgresql = PostgreSQL(durable=True)
        try:
            for where, workers in ((ONE, 1), (TWO, 2)):
                home = Home(folder / f"postgresql-{workers}", postgresql.database(), workers)
                rows += _beside_nginx(folder, where, home, arguments.runs, arguments.seconds)
        finally:
            postgresql.remove()
        listings = measure_listings(Home(folder / "large"))
        transfers = measure_transfers(folder, QUICK if arguments.quick else WHOLE)
    _print_table(rows)
    print_listings(listings)
    print_transfers(transfers)
    print_aims("aim, at concurrency 32", _aims(rows, full))
    print_aims("aim", listing_aims(listings) + transfer_aims(transfers))


def _beside_nginx(folder: Path, where: str, home: Home, runs: int, seconds: int, count: int = 0) -> list[Row]:
    """Everything on one database, nginx in turn with it so that both meet the same moods of the machine."""
    application = make_platform(home)
    if count:
        add_tokens(home.data, application.client_id, count)
    with nginx(folder / f"nginx-{home.data.name}") as fixed, jeton(home) as server:
        token = token_of(server.url, application)
        deep = make_deep(Api(server.url, token))
        asked = {
            NGINX: (fixed, Request(method="GET", url=fixed.url)),
            TOKENS: (server, _token_request(server, application)),
            READS: (server, _read_request(server, token)),
            LISTING: (server, _list_request(server, token, deep)),
        }
        taken: dict[tuple[str, int], list[Taken]] = {}
        for _, request in asked.values():
            measure(request, concurrency=32, seconds=1, folder=folder)  # warm
        for _ in range(runs):
            for concurrency in CONCURRENCIES:
                for what, (asked_server, request) in asked.items():
                    one = _taken(asked_server, request, concurrency, seconds, folder)
                    taken.setdefault((what, concurrency), []).append(one)
        if where in {EMBEDDED, ONE}:
            for row, one in _for_people(folder, home, server, application, runs, seconds):
                taken.setdefault(row, []).append(one)
        return [
            Row(what, where, concurrency, _median(several), (fixed if what == NGINX else server).peak_memory_mb())
            for (what, concurrency), several in taken.items()
        ]


def _taken(server: Server, request: Request, concurrency: int, seconds: int, folder: Path) -> Taken:
    """One run."""
    before_s = server.cpu_s()
    one = measure(request, concurrency=concurrency, seconds=seconds, folder=folder)
    return Taken(one.rate, one.p50_ms, one.p99_ms, (server.cpu_s() - before_s) / one.requests * 1e6)


def _for_people(
    folder: Path, home: Home, server: Server, application: Application, runs: int, seconds: int
) -> Iterator[tuple[tuple[str, int], Taken]]:
    """What applications that act for people ask; codes and proofs are made before each run."""
    grants = Grants(home, server)
    asked: dict[str, Callable[[int], Request]] = {
        EXCHANGES: grants.exchange,
        REFRESHES: grants.refresh,
        LOOKS: grants.introspect,
        PROVED: lambda seconds: grants.proved(seconds, application),
    }
    try:
        for _ in range(runs):
            for concurrency in CONCURRENCIES:
                for what, make in asked.items():
                    yield (what, concurrency), _taken(server, make(seconds), concurrency, seconds, folder)
    finally:
        grants.close()


def _token_request(server: Server, application: Application) -> Request:
    body = {
        "grant_type": "client_credentials",
        "client_id": application.client_id,
        "client_secret": application.client_secret,
    }
    headers = {"Content-Type": "application/json"}
    return Request(method="POST", url=f"{server.url}/oauth2/token", headers=headers, body=json.dumps(body))


def _read_request(server: Server, token: str) -> Request:
    return Request(method="GET", url=f"{server.url}/api/folder/1", headers={"Authorization": f"Bearer {token}"})


def _list_request(server: Server, token: str, deep: Deep) -> Request:
    headers = {"Authorization": f"Bearer {token}", "As": str(deep.person)}
    return Request(method="GET", url=f"{server.url}/api/folder/{deep.folder}?depth=1", headers=headers)


def _median(several: list[Taken]) -> Taken:
    return Taken(*(statistics.median(values) for values in zip(*several, strict=True)))


def _print_table(rows: list[Row]) -> None:
    rates = {(row.where, row.concurrency): row.measured.rate for row in rows if row.what == NGINX}
    print("\n| what | where | concurrency | per second | of nginx | p50 ms | p99 ms | CPU us each | memory MB |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|")
    order = list(dict.fromkeys(row.where for row in rows))
    for row in sorted(rows, key=lambda row: (order.index(row.where), row.concurrency)):
        ratio = rates[row.where, row.concurrency] / row.measured.rate
        print(
            f"| {row.what} | {row.where} | {row.concurrency} | {row.measured.rate:,.0f} | "
            f"{'1' if ratio == 1 else f'1/{ratio:.1f}'} | {row.measured.p50_ms:.2f} | {row.measured.p99_ms:.2f} | "
            f"{row.measured.cpu_us:.0f} | {row.memory_mb:.0f} |"
        )


def _aims(rows: list[Row], full: str) -> Iterator[Aim]:
    found = {(row.what, row.where): row.measured for row in rows if row.concurrency == CONCURRENCIES[-1]}
    for where, what, share in _AIMS:
        measured, fixed = found[what, where], found[NGINX, where]
        yield Aim(f"{what}, {where}: 1/{1 / share:.0f} of nginx", f"1/{fixed.rate / measured.rate:.1f}",
                  is_met=measured.rate >= fixed.rate * share)  # fmt: skip
        spread = measured.p99_ms / measured.p50_ms
        yield Aim(f"{what}, {where}: p99 within 8 times p50", f"{spread:.1f} times", is_met=spread <= 8)
    for what in (TOKENS, READS):
        change = found[what, full].rate / found[what, EMBEDDED].rate - 1
        yield Aim(f"{what}: within 10 %, {full}", f"{change:+.0%}", is_met=change >= -0.1)
    most = max(row.memory_mb for row in rows if row.what != NGINX)
    yield Aim("under 150 MB resident", f"{most:.0f} MB", is_met=most < 150)


if __name__ == "__main__":
    main()
