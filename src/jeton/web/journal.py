"""The log of requests: one JSON line each on standard output, written in batches by one writer.

A line names the operation and ids, never the raw path, query, headers or body (decisions.md, "Logs").
"""

import asyncio
import os
import select
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

import msgspec

from jeton.kit.clock import SECOND, Clock
from jeton.wire.types import date_out


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is told of one request."""

    at: str
    event: str
    pid: int = 0
    operation: str = ""
    status: int = 0
    ms: float = -1.0
    principal: int = 0
    client_id: str = ""
    token_id: int = 0
    code: str = ""
    request_id: str = ""
    detail: str = ""


_WAIT_S = 0.1
_MOST_LINES = 10_000


class Journal:
    """Collects lines and writes them together, at most a tenth of a second later. Lines beyond a bound are counted."""

    __slots__ = ("_clock", "_dropped", "_encode", "_lines", "_moment", "_pid", "_second", "_stream", "_waiting")

    def __init__(self, clock: Clock, stream: TextIO | None = None) -> None:
        self._clock = clock
        self._stream = stream or sys.stdout
        self._pid = os.getpid()
        self._lines: list[bytes] = []
        self._encode: Callable[[Line], bytes] = msgspec.json.Encoder().encode
        self._waiting = False
        self._dropped = 0
        self._second = -1
        self._moment = ""

    def record(self, line: Line) -> None:
        """Add a line."""
        if len(self._lines) >= _MOST_LINES:
            self._dropped += 1
            return
        line.pid = self._pid
        self._lines.append(self._encode(line))
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_later(_WAIT_S, self.flush)

    def event(self, name: str, detail: str = "", *, request_id: str = "") -> None:
        """Add a line that tells of no request."""
        self.record(Line(at=self.moment(), event=name, detail=detail, request_id=request_id))

    def bug(self, error: BaseException, request_id: str) -> None:
        """Add the trace of what should not have happened: where, and what kind, never the values at hand."""
        places = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        self.event("bug", f"{type(error).__name__} at {' < '.join(reversed(places))}", request_id=request_id)

    def moment(self) -> str:
        """Now, as lines write it."""
        second = self._clock() // SECOND
        if second != self._second:
            self._second = second
            self._moment = date_out(second * SECOND).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self._moment

    def flush(self) -> None:
        """Write what was collected."""
        self._waiting = False
        lines, self._lines = self._lines, []
        if self._dropped:
            lines.append(self._encode(Line(at=self.moment(), event="lines_dropped", detail=str(self._dropped))))
            self._dropped = 0
        # Several processes may share one pipe, where only so much at once is never mixed with what others write.
        for piece in _pieces(lines, select.PIPE_BUF):
            self._stream.write(piece.decode())
            self._stream.flush()


def _pieces(lines: Sequence[bytes], size: int) -> Iterator[bytes]:
    """Lines put together, whole ones, up to a size; a longer one alone."""
    piece = b""
    for line in lines:
        if piece and len(piece) + len(line) >= size:
            yield piece
            piece = b""
        piece += line + b"\n"
    if piece:
        yield piece
