"""The HTTP server under both doors: uvicorn, held to our bounds on headers and to our way of stopping.

Bounds (decisions.md, "Header limits"): 32 KiB of headers, 10 s to send them, exactly one Host. Stopping (decisions.md,
"Draining"): readiness off, accept what is in the backlog, stop listening, answer everything with `Connection: close`,
close a connection without a request only after 2 s of silence, out at 30 s. One whose place another has taken already
keeps nobody waiting: what it has begun may take an hour.
"""

import asyncio
import math
import socket
import time
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any, Final, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from jeton.web.answers import AsgiApp
from jeton.web.joined import join_writes

LARGEST_HEADERS_BYTES: Final = 32 << 10
HEADERS_WITHIN_S: Final = 10.0
SILENCE_BEFORE_CLOSE_S: Final = 2.0
OUT_WITHIN_S: Final = 30.0
RETIRED_OUT_WITHIN_S: Final = 3600.0
KEEP_ALIVE_S: Final = 75


def _refusal(status: str, sentence: str) -> bytes:
    body = b'{"error": "%s"}' % sentence.encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"connection: close\r\n\r\n" + body


_TOO_LARGE: Final = _refusal("431 Request Header Fields Too Large", "The headers are larger than 32 KiB.")
_TOO_SLOW: Final = _refusal("408 Request Timeout", "The headers did not arrive within 10 seconds.")
_HOST: Final = _refusal("400 Bad Request", "Exactly one Host header is expected.")
_CODING: Final = _refusal("501 Not Implemented", "The only Transfer-Encoding that is read here is chunked.")
_LENGTH: Final = _refusal("400 Bad Request", "The length of the body is announced in two ways.")


class BoundedProtocol(HttpToolsProtocol):
    """One connection, with bounds on what stands before a body."""

    _header_bytes = 0
    _in_headers = True
    _refused = False
    _deadline: asyncio.TimerHandle | None = None
    last_bytes_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.last_bytes_at = time.monotonic()
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.last_bytes_at = time.monotonic()
        if self._in_headers:
            self._header_bytes += len(data)
            if self._deadline is None:
                self._await_headers()
        super().data_received(data)
        # Only what came before the headers' end counts: their end sets the count back.
        if self._in_headers and self._header_bytes > LARGEST_HEADERS_BYTES:
            self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        self._in_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_headers = False
        self._header_bytes = 0
        self._stop_waiting()
        if sum(len(name) + len(value) + 4 for name, value in self.headers) > LARGEST_HEADERS_BYTES:
            self._refuse(_TOO_LARGE)
            return
        names = [name for name, _ in self.headers]
        if names.count(b"host") != 1 and self.parser.get_http_version() != "1.0":
            self._refuse(_HOST)
            return
        if names.count(b"content-length") > 1 or (b"content-length" in names and b"transfer-encoding" in names):
            self._refuse(_LENGTH)
            return
        # RFC 9112 section 6.1: what lies within another coding would be taken for what it is not
        if any(name == b"transfer-encoding" and value.lower() != b"chunked" for name, value in self.headers):
            self._refuse(_CODING)
            return
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            join_writes(self.cycle)

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_headers = True
        if not self._refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        self.last_bytes_at = time.monotonic()  # whoever was answered only now may well be about to ask again
        super().on_response_complete()

    def is_silent_since(self, moment: float) -> bool:
        """Whether no request is being answered, and nothing came or went since (monotonic seconds)."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # none before the first request
        return (cycle is None or cycle.response_complete) and self.last_bytes_at < moment

    def _await_headers(self) -> None:
        self._deadline = self.loop.call_later(HEADERS_WITHIN_S, self._out_of_time)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _out_of_time(self) -> None:
        self._deadline = None
        if self._in_headers:
            self._refuse(_TOO_SLOW)

    def _refuse(self, answer: bytes) -> None:
        self._refused = True
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()


class Server(uvicorn.Server):
    """uvicorn, draining as decided.

    `on_started` is awaited once requests and signals are taken, `on_drain` called when stopping begins, `on_stopped`
    awaited when all is answered.
    """

    def __init__(
        self,
        app: AsgiApp,
        listening: socket.socket,
        *,
        on_started: Callable[[], Awaitable[None]],
        on_drain: Callable[[], None],
        on_stopped: Callable[[], Awaitable[None]],
    ) -> None:
        # uvicorn's own type for an application is narrower than the specification's.
        application: Any = app
        super().__init__(
            uvicorn.Config(
                application,
                http=BoundedProtocol,
                ws="none",
                lifespan="off",
                loop="uvloop",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=True,
                timeout_keep_alive=KEEP_ALIVE_S,
                backlog=2048,
                h11_max_incomplete_event_size=LARGEST_HEADERS_BYTES,
            )
        )
        self._listening = listening
        self._on_started = on_started
        self._on_drain = on_drain
        self._on_stopped = on_stopped
        self._adopting: set[asyncio.Task[None]] = set()
        self._out_at = math.inf

    def retire(self) -> None:
        """Stop, without haste: another serves in this one's place. A signal that says stop still ends it in 30 s."""
        self._out_at = min(self._out_at, time.monotonic() + RETIRED_OUT_WITHIN_S)
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, on a signal that says so."""
        self._out_at = min(self._out_at, time.monotonic() + OUT_WITHIN_S)
        super().handle_exit(sig, frame)

    async def run_to_the_end(self) -> None:
        """Serve until a signal says stop, then drain."""
        await self.serve(sockets=[self._listening])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        await self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening without losing whoever already knocked, then answer everyone who is in."""
        self._on_drain()
        self.server_state.default_headers.append((b"connection", b"close"))
        self._accept_backlog()
        for server in self.servers:
            server.close()
        self._listening.close()
        await asyncio.gather(*self._adopting, return_exceptions=True)
        while self.server_state.connections and time.monotonic() < self._out_at - 2:
            self._close_silent()
            await asyncio.sleep(0.02)
        for connection in list(self.server_state.connections):
            connection.transport.close()
        await self._wait_for_tasks(self._out_at - 1)
        for connection in list(self.server_state.connections):
            connection.transport.abort()  # its client does not take what it asked for
        await self._wait_for_tasks(self._out_at)
        await self._on_stopped()
        # uvicorn would raise them again; a stop that was asked for, however often, has now been made.
        self._captured_signals.clear()

    async def _wait_for_tasks(self, until: float) -> None:
        while self.server_state.tasks and time.monotonic() < until:
            await asyncio.sleep(0.02)

    def _accept_backlog(self) -> None:
        """Take in, without awaiting, every connection that the kernel has already accepted for us."""
        loop = asyncio.get_running_loop()
        duplicate = self._listening.dup()
        duplicate.setblocking(False)
        try:
            while True:
                connection, _ = duplicate.accept()
                connection.setblocking(False)
                self._adopting.add(loop.create_task(self._adopt(connection)))
        except (BlockingIOError, InterruptedError):
            pass
        finally:
            duplicate.close()

    async def _adopt(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(self._new_protocol, connection)

    def _new_protocol(self) -> asyncio.Protocol:
        return BoundedProtocol(config=self.config, server_state=self.server_state, app_state={})

    def _close_silent(self) -> None:
        before = time.monotonic() - SILENCE_BEFORE_CLOSE_S
        for connection in list(self.server_state.connections):
            if isinstance(connection, BoundedProtocol) and connection.is_silent_since(before):
                connection.transport.close()
