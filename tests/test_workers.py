"""`JETON_WORKERS`: several processes behind one port, kept by a supervisor that serves nobody."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from jeton.testing.postgres import migrated_database, server
from jeton.testing.served import Served, init, jeton

COUNT = 3


class Several:
    """A platform with three workers."""

    def __init__(self, folder: Path) -> None:
        self.database_url = migrated_database()
        self.settings = {"JETON_DATABASE_URL": self.database_url, "JETON_WORKERS": str(COUNT)}
        init(folder, self.settings)
        self.served = Served(folder, settings=self.settings)

    def workers(self) -> set[int]:
        """The supervisor's children, as the kernel tells them."""
        pid = self.served.process.pid
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}

    def events(self, name: str) -> list[str]:
        lines = [line for line in self.served.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if json.loads(line)["event"] == name]


@pytest.fixture
def several(tmp_path: Path) -> Iterator[Several]:
    several = Several(tmp_path / "data")
    yield several
    with several.served:
        pass
    server().drop(several.database_url)


def becomes(holds: Callable[[], bool], within_s: float = 20) -> bool:
    limit = time.monotonic() + within_s
    while not (came := holds()) and time.monotonic() < limit:
        time.sleep(0.02)
    return came


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"  # one that ended, and that nobody has asked about yet


def send_signal(pid: int, number: signal.Signals) -> None:
    # By a file descriptor of the process: its number may be another's by now.
    handle = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(handle, number)
    finally:
        os.close(handle)


def test_a_worker_that_dies_is_replaced_and_the_others_answer_meanwhile(several: Several) -> None:
    before = several.workers()
    assert len(before) == COUNT
    killed = min(before)
    send_signal(killed, signal.SIGKILL)
    assert becomes(lambda: not is_running(killed))
    assert becomes(lambda: len(several.events("worker_died")) == 1)
    assert f"pid {killed}, exit code -9" in several.events("worker_died")[0]
    asked = 0
    limit = time.monotonic() + 120
    while not several.events("worker_replaced"):
        assert time.monotonic() < limit
        assert several.served.call("GET", "/readyz")[0] == 200
        asked += 1
    assert asked > 0  # a worker takes longer to start than one takes to ask
    [replaced] = several.events("worker_replaced")
    assert f"for pid {killed}" in replaced
    assert len(several.workers()) == COUNT


def test_a_stop_drains_every_worker_and_leaves_none(several: Several) -> None:
    workers = several.workers()
    began = time.monotonic()
    assert several.served.stop() == 0
    assert time.monotonic() - began < 10
    assert not any(is_running(pid) for pid in workers)
    assert jeton(several.served.data, "doctor", settings=several.settings).returncode == 0


def test_workers_do_not_outlive_their_supervisor(several: Several) -> None:
    workers = several.workers()
    several.served.kill()
    assert becomes(lambda: not any(is_running(pid) for pid in workers), 10)


def test_when_a_new_worker_cannot_start_the_earlier_ones_go_on(several: Several) -> None:
    workers = several.workers()
    allow_connections(several.database_url, is_allowed=False)
    several.served.process.send_signal(signal.SIGHUP)
    assert becomes(lambda: len(several.events("restart_given_up")) == 1)
    assert several.workers() == workers
    assert several.served.call("GET", "/healthz")[0] == 200
    assert "PostgreSQL does not answer" in several.served.log.read_text()
    # One that dies now is replaced as soon as that can be.
    killed = min(workers)
    send_signal(killed, signal.SIGKILL)
    assert becomes(lambda: several.served.log.read_text().count("PostgreSQL does not answer") >= 3)
    allow_connections(several.database_url, is_allowed=True)
    assert becomes(lambda: len(several.workers()) == COUNT)
    # The earlier one that lost its connections meanwhile takes a moment to have them back.
    assert becomes(lambda: all(several.served.call("GET", "/readyz")[0] == 200 for _ in range(10)))


def allow_connections(url: str, *, is_allowed: bool) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
    with psycopg.connect(server().url("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(sql.Identifier(name), sql.Literal(is_allowed))
        )


SUPERVISE = """
import asyncio, io, socket
from jeton.assembly.supervisor import Supervisor, WorkerFailed
from jeton.kit.clock import system_clock
from jeton.web.journal import Journal

async def run():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        supervisor = Supervisor(listening, "127.0.0.1", 3, Journal(system_clock, io.StringIO()))
        await supervisor.run_to_the_end(on_started=lambda: print("started"))

try:
    asyncio.run(run())
except WorkerFailed:
    print("failed")
"""
"""A process of its own: a supervisor listens to signals, which only a main thread may."""


def test_workers_that_never_start_end_the_command_with_their_own_words() -> None:
    environment = {**os.environ, "JETON_NAMES": "lenient"}
    told = subprocess.run(
        [sys.executable, "-c", SUPERVISE], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout == "failed\n"
    assert "JETON_NAMES is strict or relaxed" in told.stderr
