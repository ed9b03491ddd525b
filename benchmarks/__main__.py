"""Measure, and print a table: tokens given, and folders read with a token, beside nginx's fixed answer."""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.load import Request, measure
from benchmarks.servers import Application, Server, jeton, make_platform, nginx
from benchmarks.tokens import add_tokens

CONCURRENCIES: Final = (1, 32)
TOKENS: Final = "tokens by client_credentials"
READS: Final = "GET /api/folder/1 with a token"
NGINX: Final = "nginx, fixed JSON of 300 bytes"
_SIXTEENTH: Final = 1 / 16
_TWELFTH: Final = 1 / 12


class Taken(NamedTuple):
    """What one run gave; `cpu_us` is the server's processor time for one answer, whatever else kept the core busy."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


class Row(NamedTuple):
    """One line of the table: the median of some runs."""

    what: str
    rows: int
    concurrency: int
    measured: Taken
    memory_mb: float


def main() -> None:
    """Run everything once and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each run")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--rows", type=int, default=1_000_000, help="tokens that the full database holds")
    arguments = parser.parse_args()
    if (os.cpu_count() or 1) < 2:
        sys.exit("two cores are needed: one for the server, one for its clients")
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="jeton-bench-") as name:
        folder = Path(name)
        rows = [
            *_beside_nginx(folder, 0, arguments.runs, arguments.seconds),
            *_beside_nginx(folder, arguments.rows, arguments.runs, arguments.seconds),
        ]
    _print_table(rows)
    _print_aims(rows, arguments.rows)


def _beside_nginx(folder: Path, count: int, runs: int, seconds: int) -> list[Row]:
    """Everything on one database, nginx in turn with it so that both meet the same moods of the machine."""
    data = folder / f"data-{count}"
    application = make_platform(data)
    if count:
        add_tokens(data, application.client_id, count)
    with nginx(folder / f"nginx-{count}") as fixed, jeton(data) as server:
        asked = {
            NGINX: (fixed, Request(method="GET", url=fixed.url)),
            TOKENS: (server, _token_request(server, application)),
            READS: (server, _read_request(server, application)),
        }
        taken: dict[tuple[str, int], list[Taken]] = {}
        for _, request in asked.values():
            measure(request, concurrency=32, seconds=1, folder=folder)  # warm
        for _ in range(runs):
            for concurrency in CONCURRENCIES:
                for what, (asked_server, request) in asked.items():
                    before_s = asked_server.cpu_s()
                    one = measure(request, concurrency=concurrency, seconds=seconds, folder=folder)
                    cpu_us = (asked_server.cpu_s() - before_s) / one.requests * 1e6
                    taken.setdefault((what, concurrency), []).append(Taken(one.rate, one.p50_ms, one.p99_ms, cpu_us))
        return [
            Row(what, count, concurrency, _median(several), asked[what][0].peak_memory_mb())
            for (what, concurrency), several in taken.items()
        ]


def _token_request(server: Server, application: Application) -> Request:
    body = {
        "grant_type": "client_credentials",
        "client_id": application.client_id,
        "client_secret": application.client_secret,
    }
    headers = {"Content-Type": "application/json"}
    return Request(method="POST", url=f"{server.url}/oauth2/token", headers=headers, body=json.dumps(body))


def _read_request(server: Server, application: Application) -> Request:
    ask = _token_request(server, application)
    assert ask.body is not None
    call = urllib.request.Request(ask.url, data=ask.body.encode(), headers=dict(ask.headers), method="POST")
    with urllib.request.urlopen(call) as answer:
        token = json.load(answer)["access_token"]
    return Request(method="GET", url=f"{server.url}/api/folder/1", headers={"Authorization": f"Bearer {token}"})


def _median(several: list[Taken]) -> Taken:
    return Taken(*(statistics.median(values) for values in zip(*several, strict=True)))


def _print_table(rows: list[Row]) -> None:
    rates = {(row.rows, row.concurrency): row.measured.rate for row in rows if row.what == NGINX}
    print("\n| what | token rows | concurrency | per second | of nginx | p50 ms | p99 ms | CPU us each | memory MB |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for row in sorted(rows, key=lambda row: (row.rows, row.concurrency)):
        ratio = rates[row.rows, row.concurrency] / row.measured.rate
        print(
            f"| {row.what} | {row.rows:,} | {row.concurrency} | {row.measured.rate:,.0f} | "
            f"{'1' if ratio == 1 else f'1/{ratio:.1f}'} | {row.measured.p50_ms:.2f} | {row.measured.p99_ms:.2f} | "
            f"{row.measured.cpu_us:.0f} | {row.memory_mb:.0f} |"
        )


def _print_aims(rows: list[Row], full: int) -> None:
    found = {(row.what, row.rows, row.concurrency): row for row in rows}
    print("\n| aim, at concurrency 32 | reached | |")
    print("|---|--:|---|")
    for what, share in ((TOKENS, _SIXTEENTH), (READS, _TWELFTH)):
        row, fixed, larger = found[what, 0, 32], found[NGINX, 0, 32], found[what, full, 32]
        rate, other = row.measured.rate, larger.measured.rate
        spread = row.measured.p99_ms / row.measured.p50_ms
        change = other / rate - 1
        _print_aim(f"{what}: 1/{1 / share:.0f} of nginx", f"1/{fixed.measured.rate / rate:.1f}",
                   is_met=rate >= fixed.measured.rate * share)  # fmt: skip
        _print_aim(f"{what}: p99 within 8 times p50", f"{spread:.1f} times", is_met=spread <= 8)
        _print_aim(f"{what}: within 10 % with {full:,} rows", f"{change:+.0%}", is_met=change >= -0.1)
    most = max(row.memory_mb for row in rows if row.what != NGINX)
    _print_aim("under 150 MB resident", f"{most:.0f} MB", is_met=most < 150)


def _print_aim(aim: str, reached: str, *, is_met: bool) -> None:
    print(f"| {aim} | {reached} | {'met' if is_met else 'missed'} |")


if __name__ == "__main__":
    main()
