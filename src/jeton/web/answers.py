"""What leaves through either door: a whole answer as a value, and the few lines that send it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, Final, NamedTuple

# The ASGI specification's own types: messages are open mappings.
Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

Header = tuple[bytes, bytes]

JSON: Final[Header] = (b"content-type", b"application/json")
HTML: Final[Header] = (b"content-type", b"text/html; charset=utf-8")
NO_STORE: Final[tuple[Header, ...]] = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))
NOSNIFF: Final[Header] = (b"x-content-type-options", b"nosniff")


class Answer(NamedTuple):
    """A status, headers and a whole body. Content-Length is added when it is sent."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""

    def with_headers(self, *headers: Header) -> "Answer":
        """The same with more headers."""
        return self._replace(headers=self.headers + headers)


class Stream(NamedTuple):
    """A status, headers and a body that comes in chunks; `close` is awaited whatever happens.

    Where nobody knows its length beforehand, `size_bytes` is None: the server then marks the end.
    """

    status: int
    headers: tuple[Header, ...]
    size_bytes: int | None
    chunks: AsyncIterator[bytes]
    close: Callable[[], Awaitable[None]]


async def send_answer(answer: Answer, send: Send, *, bodiless: bool = False) -> None:
    """Send a whole answer; `bodiless` for HEAD."""
    headers = list(answer.headers)
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else answer.body})


async def send_stream(
    stream: Stream, send: Send, *, bodiless: bool = False, gone: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Send a body chunk by chunk; what was opened for it is closed in any case.

    `gone` is awaited beside: when it returns, the client went away, and nothing more is read for it.
    """
    watch = asyncio.ensure_future(gone()) if gone is not None and not bodiless else None
    try:
        headers = list(stream.headers)
        if stream.size_bytes is not None:
            headers.append((b"content-length", b"%d" % stream.size_bytes))
        await send({"type": "http.response.start", "status": stream.status, "headers": headers})
        if not bodiless:
            async for chunk in stream.chunks:
                if watch is not None and watch.done():
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        if watch is not None:
            watch.cancel()
        await stream.close()
