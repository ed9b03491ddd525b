"""Several processes that serve beside each other (`JETON_WORKERS`), and the one that keeps them, serving nobody.

The listening socket is made once and stays open to every worker: whoever knocks waits in one queue, and none is turned
away while a worker goes or comes. A worker is a fresh program, so that a restart takes new code; it says on its line
when it serves, and ends when the line does. What a worker does is not here.
"""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from jeton.web.journal import Journal
from jeton.web.server import OUT_WITHIN_S

READY: Final = b"1"
"""What a worker says once it serves."""
STARTS_WITHIN_S: Final = 60.0
FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 10.0
STEADY_AFTER_S: Final = 10.0
"""One that served for so long died of something new: its place is taken at once."""


class WorkerFailed(Exception):
    """A worker ended before it served; it has told why itself."""


class Worker(NamedTuple):
    """A process that serves. Our end of its line stays open for as long as it should live."""

    process: asyncio.subprocess.Process
    line: socket.socket
    since: float
    pause_s: float
    """How long its place was left empty before it came."""


class Supervisor:
    """Keeps so many workers serving; replaces one that dies, and each in its turn when told to restart."""

    def __init__(self, listening: socket.socket, host: str, count: int, journal: Journal) -> None:
        self._listening = listening
        self._host = host
        self._count = count
        self._journal = journal
        self._serving: list[Worker] = []
        self._alive: set[Worker] = set()  # those who serve, start or retire
        self._watches: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._restart_asked = asyncio.Event()

    async def run_to_the_end(self, *, on_started: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT; SIGHUP restarts the workers one by one. Raises WorkerFailed: one did not start."""
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._restart_asked.set)
        stopping = loop.create_task(stop.wait())
        keeping = loop.create_task(self._keep(on_started))
        try:
            await asyncio.wait({stopping, keeping}, return_when=asyncio.FIRST_COMPLETED)
            if keeping.done():
                keeping.result()
        finally:
            for task in (stopping, keeping, *self._watches):
                task.cancel()
            await self._end_all()
            self._journal.flush()

    async def _keep(self, on_started: Callable[[], None]) -> None:
        for worker in await asyncio.gather(*(self._start() for _ in range(self._count))):
            self._serving.append(worker)
            self._watch(len(self._serving) - 1, worker)
        on_started()
        while True:
            await self._restart_asked.wait()
            self._restart_asked.clear()
            await self._restart()

    async def _restart(self) -> None:
        """One after the other: the new one serves before the old one retires."""
        for place in range(self._count):
            async with self._turn:
                try:
                    worker = await self._start()
                except WorkerFailed:
                    self._journal.event("restart_given_up", "a worker did not start; the earlier ones go on")
                    return
                old = self._serving[place]
                self._put(place, worker)
                _signal(old, signal.SIGHUP)
                self._journal.event("worker_restarted", f"pid {worker.process.pid} for pid {old.process.pid}")
        self._journal.event("workers_restarted")

    def _put(self, place: int, worker: Worker) -> None:
        self._serving[place] = worker
        self._watch(place, worker)

    def _watch(self, place: int, worker: Worker) -> None:
        watch = asyncio.get_running_loop().create_task(self._replace_when_dead(place, worker))
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)

    async def _replace_when_dead(self, place: int, worker: Worker) -> None:
        code = await worker.process.wait()
        self._forget(worker)
        if self._serving[place] is not worker:  # it was retired
            return
        self._journal.event("worker_died", f"pid {worker.process.pid}, exit code {code}")
        is_steady = time.monotonic() - worker.since > STEADY_AFTER_S
        pause_s = 0.0 if is_steady else _longer(worker.pause_s)
        while True:
            await asyncio.sleep(pause_s)
            async with self._turn:
                if self._serving[place] is not worker:  # a restart was quicker
                    return
                try:
                    successor = await self._start(pause_s)
                except WorkerFailed:
                    pause_s = _longer(pause_s)
                else:
                    self._put(place, successor)
                    self._journal.event("worker_replaced", f"pid {successor.process.pid} for pid {worker.process.pid}")
                    return

    async def _start(self, pause_s: float = 0.0) -> Worker:
        """A worker that serves. Raises WorkerFailed."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            given = (self._listening.fileno(), theirs.fileno())
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "jeton", "serve", "--host", self._host, "--worker", *map(str, given),
                pass_fds=given,
                start_new_session=True,  # what a terminal sends to the whole group is for the supervisor
            )  # fmt: skip
        worker = Worker(process, ours, time.monotonic(), pause_s)
        self._alive.add(worker)
        said = b""
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(STARTS_WITHIN_S):
                said = await asyncio.get_running_loop().sock_recv(ours, len(READY))
        if said != READY:
            _signal(worker, signal.SIGKILL)
            await process.wait()
            self._forget(worker)
            raise WorkerFailed("a worker did not start")
        return worker

    def _forget(self, worker: Worker) -> None:
        worker.line.close()
        self._alive.discard(worker)

    async def _end_all(self) -> None:
        """Let every worker drain. Nobody may knock any more once the last of them has closed the socket."""
        self._listening.close()
        alive = tuple(self._alive)
        for worker in alive:
            _signal(worker, signal.SIGTERM)
        ends = [asyncio.ensure_future(worker.process.wait()) for worker in alive]
        if ends:
            await asyncio.wait(ends, timeout=OUT_WITHIN_S + 5)
        for worker in alive:
            _signal(worker, signal.SIGKILL)
            await worker.process.wait()
            self._forget(worker)


def _signal(worker: Worker, number: signal.Signals) -> None:
    if worker.process.returncode is None:
        with suppress(ProcessLookupError):
            worker.process.send_signal(number)


def _longer(pause_s: float) -> float:
    return min(max(2 * pause_s, FIRST_PAUSE_S), LONGEST_PAUSE_S)
