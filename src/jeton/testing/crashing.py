"""A served platform that dies by SIGKILL at the N-th named place that it passes once it is armed: for tests of crashes.

The product knows nothing of it: the places are functions of storage and edge, wrapped in the process that serves. That
process is forked from one that has everything imported, since a test kills hundreds.
"""

import importlib
import inspect
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial, wraps
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import apsw

from jeton.assembly import serve
from jeton.assembly.catalogue import find_catalogue
from jeton.assembly.settings import Settings
from jeton.assembly.wiring import build
from jeton.kernel.tree import Strictness
from jeton.kit.clock import SECOND, system_clock
from jeton.storage.sql import works
from jeton.storage.sql.sqlite import open_writer
from jeton.storage.sql.writer import Writer
from jeton.testing.served import free_port

Pass = Callable[[str], None]


class Place(NamedTuple):
    """A place: what one has done or is about to do there, and before or after which function that is."""

    name: str
    module: str
    function: str
    is_after: bool = False


_COMMITTING: Final = "a transaction is about to be committed"
_COMMITTED: Final = "a transaction was committed"

PLACES: Final = (
    Place("a blob is about to be begun", "jeton.storage.blobs.disk", "DiskBlobs._begin"),
    Place("a blob was begun", "jeton.storage.blobs.disk", "DiskBlobs._begin", is_after=True),
    Place("a blob was taken up again", "jeton.storage.blobs.disk", "DiskBlobs.resume", is_after=True),
    Place("bytes were written", "jeton.storage.blobs.writing", "DiskWriter.store", is_after=True),
    Place("bytes are about to be synced", "jeton.storage.blobs.disk", "DiskBlobs.sync"),
    Place("bytes were synced", "jeton.storage.blobs.disk", "DiskBlobs.sync", is_after=True),
    Place("a folder is about to be synced", "jeton.storage.blobs.disk", "sync_folder"),
    Place("a blob has its name", "jeton.storage.blobs.disk", "DiskBlobs.name", is_after=True),
    Place("an answer is about to be made", "jeton.edge.pipeline", "Pipeline._finished"),
    Place("an answer was sent", "jeton.edge.app", "Edge.__call__", is_after=True),
)
NAMES: Final = frozenset({_COMMITTING, _COMMITTED, *(place.name for place in PLACES)})

_FORKED: Final = multiprocessing.get_context("forkserver")
_STARTS_WITHIN_S: Final = 30


class Crashing:
    """A server on a data folder of its own. `later_s`: its clock is so far ahead."""

    def __init__(self, data: Path, *, later_s: int = 0) -> None:
        find_catalogue()
        # What runs the tests is imported by each child, as its main module: it is ready there as well.
        ours = sorted(name for name in sys.modules if name.startswith("jeton."))
        _FORKED.set_forkserver_preload([*ours, "pytest", "jeton.testing.warmed"])
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._left = _FORKED.Value("q", 0)
        self._told, telling = _FORKED.Pipe(duplex=False)
        log = data.parent / f"{data.name}.log"
        self._process = _FORKED.Process(target=_serve, args=(data, port, later_s, log, self._left, telling))
        self._process.start()
        telling.close()
        limit = time.monotonic() + _STARTS_WITHIN_S
        while not _is_ready(port):
            assert self._process.is_alive() and time.monotonic() < limit, log.read_text()  # noqa: PT018 - either
            time.sleep(0.005)

    def arm(self, number: int) -> None:
        """Have it die at the `number`-th place from now on."""
        self._left.value = number

    def place(self) -> str | None:
        """Where it died, or is about to; None when it did not come so far. Then it is not armed any more."""
        limit = time.monotonic() + 0.2
        while self._left.value == 1 and time.monotonic() < limit:  # what comes after the answer comes soon
            time.sleep(0.005)
        with self._left.get_lock():
            survives, self._left.value = self._left.value > 0, 0
        if survives:
            return None
        self._process.join(10)
        assert self._process.exitcode == -signal.SIGKILL
        name: str = self._told.recv()
        return name

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.join(10)
        self._process.close()
        self._told.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.kill()


def _is_ready(port: int) -> bool:
    """Whether it answers; once it listens, this waits until it does."""
    asking = HTTPConnection("127.0.0.1", port, timeout=_STARTS_WITHIN_S)
    try:
        asking.request("GET", "/readyz")
        return asking.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        asking.close()


def _serve(data: Path, port: int, later_s: int, log: Path, left: Any, telling: Any) -> None:
    """In the child: wrap the places, and serve. `left` says how many places are still to be passed, 0 for any."""
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(said, stream)

    def passing(name: str) -> None:
        with left.get_lock():
            if not left.value:
                return
            left.value -= 1
            if left.value:
                return
        telling.send(name)  # not under the lock, which nobody would give back
        os.kill(os.getpid(), signal.SIGKILL)

    for place in PLACES:
        _wrap(place, passing)
    _wrap_commits(passing)
    _put(serve, "build", partial(build, clock=lambda: system_clock() + later_s * SECOND))
    settings = Settings(data=data, public_url=None, names=Strictness.STRICT, trusted_proxies=frozenset())
    serve.serve(settings, "127.0.0.1", port)


def _wrap(place: Place, passing: Pass) -> None:
    owner: Any = importlib.import_module(place.module)
    *path, name = place.function.split(".")
    for part in path:
        owner = getattr(owner, part)
    _put(owner, name, _wrapped(getattr(owner, name), place, passing))


def _put(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _wrapped(function: Callable[..., Any], place: Place, passing: Pass) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def answering(*given: Any, **named: Any) -> Any:
            if not place.is_after:
                passing(place.name)
            value = await function(*given, **named)
            if place.is_after:
                passing(place.name)
            return value

        return answering

    @wraps(function)
    def doing(*given: Any, **named: Any) -> Any:
        if not place.is_after:
            passing(place.name)
        value = function(*given, **named)
        if place.is_after:
            passing(place.name)
        return value

    return doing


def _wrap_commits(passing: Pass) -> None:
    """Only those that somebody waits for: facts and jobs come when they come."""
    commit: Callable[..., Any] = vars(Writer)["_commit"]
    is_waited_for = False

    def committing() -> bool:
        if is_waited_for:
            passing(_COMMITTING)
        return False

    def hooked(file: Path) -> apsw.Connection:
        connection = open_writer(file)
        connection.set_commit_hook(committing)
        return connection

    def committed(writer: Writer, batch: Sequence[Any], uses: Sequence[Any]) -> Any:
        nonlocal is_waited_for
        is_waited_for = bool(batch)
        answers = commit(writer, batch, uses)
        if batch:
            passing(_COMMITTED)
        return answers

    _put(works, "open_writer", hooked)
    _put(Writer, "_commit", committed)
