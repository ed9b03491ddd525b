"""A TCP proxy before a private PostgreSQL server that cuts connections, at COMMIT above all: for tests of faults.

It reads enough of the protocol to know a COMMIT when it passes, and nothing more.
"""

import random
import selectors
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_COMMIT: Final = b"COMMIT\x00"
WAYS: Final = (
    "before it is passed on",
    "once it is passed on, the answer thrown away",
    "as it is passed on, the server's side left open for a while",
    "in the middle of a transaction",
)


@dataclass(slots=True, eq=False)
class _Pair:
    client: socket.socket
    server: socket.socket
    is_mute: bool = False
    """What the server says is thrown away, and ends the connection."""


@dataclass(slots=True)
class Cuts:
    """What was done."""

    number: int = 0
    ways: dict[str, int] = field(default_factory=dict)


class CuttingProxy:
    """Listens on a port of this machine. While `is_cutting`, one COMMIT in `every` is cut off."""

    def __init__(self, upstream: Path, *, seed: int, every: int = 3, ways: Sequence[str] = WAYS) -> None:
        """`upstream` is the server's socket; `ways` those in which it cuts."""
        self._upstream = upstream
        self._random = random.Random(seed)
        self._every = every
        self._at_commit = [way for way in WAYS[:3] if way in ways]
        self._elsewhere = [way for way in WAYS[3:] if way in ways]
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._pairs: dict[socket.socket, _Pair] = {}
        self._left_open: list[tuple[float, socket.socket]] = []
        self._is_stopping = False
        self.is_cutting = False
        self.cuts = Cuts()
        self._thread = threading.Thread(target=self._work, name="proxy")
        self._thread.start()

    def url(self, database: str) -> str:
        """How to reach a database of the server through here."""
        port = self._listening.getsockname()[1]
        return f"postgresql://jeton@127.0.0.1:{port}/{database}?sslmode=disable&gssencmode=disable"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._is_stopping = True
        self._thread.join()

    def _work(self) -> None:
        while not self._is_stopping:
            for key, _ in self._selector.select(0.02):
                if key.fileobj is self._listening:
                    self._accept()
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._pass_on(key.fileobj)
            for until, server in list(self._left_open):
                if time.monotonic() >= until:
                    self._left_open.remove((until, server))
                    server.close()
        for pair in {id(pair): pair for pair in self._pairs.values()}.values():
            self._end(pair)
        for _, server in self._left_open:
            server.close()
        self._selector.close()
        self._listening.close()

    def _accept(self) -> None:
        client, _ = self._listening.accept()
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(str(self._upstream))
        except OSError:
            client.close()
            server.close()
            return
        pair = _Pair(client, server)
        for side in (client, server):
            self._pairs[side] = pair
            self._selector.register(side, selectors.EVENT_READ)

    def _pass_on(self, side: socket.socket) -> None:
        pair = self._pairs.get(side)
        if pair is None:  # ended within this turn
            return
        try:
            content = side.recv(65_536)
            if not content or (side is pair.server and pair.is_mute):
                self._end(pair)
            elif side is pair.server:
                pair.client.sendall(content)
            else:
                self._judge(pair, content)
        except OSError:
            self._end(pair)

    def _judge(self, pair: _Pair, content: bytes) -> None:
        is_commit = _COMMIT in content
        ways = self._at_commit if is_commit else self._elsewhere
        may_cut = self.is_cutting and ways
        if not may_cut or self._random.randrange(self._every if is_commit else 10 * self._every):
            pair.server.sendall(content)
            return
        way = self._random.choice(ways)
        self.cuts.number += 1
        self.cuts.ways[way] = self.cuts.ways.get(way, 0) + 1
        if way == WAYS[0] or way == WAYS[3]:
            self._end(pair)
            return
        pair.server.sendall(content)
        if way == WAYS[1]:
            pair.is_mute = True
            return
        self._left_open.append((time.monotonic() + self._random.uniform(0, 0.05), pair.server))
        self._end(pair, is_server_left=True)

    def _end(self, pair: _Pair, *, is_server_left: bool = False) -> None:
        for side in (pair.client, pair.server):
            self._selector.unregister(side)
            del self._pairs[side]
        pair.client.close()
        if not is_server_left:
            pair.server.close()
