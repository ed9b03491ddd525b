"""An answer leaves in one piece, and nothing waits for a body that does not come."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from uvicorn.server import ServerState

from jeton.web.answers import Receive, Scope, Send
from jeton.web.server import BoundedProtocol

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def answering(status: int, *chunks: bytes, length: int | None = None) -> Application:
    """An application that answers with these chunks."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        size = sum(map(len, chunks)) if length is None else length
        headers = [] if status == 204 else [(b"content-length", b"%d" % size)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(0.01)
        await send({"type": "http.response.body", "body": b""})

    return app


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    message = await receive()
    await answering(200, message["body"])(scope, receive, send)


def talk(app: Application, sent: bytes, *, answers: int = 1, then: bytes = b"") -> list[bytes]:
    """What the network gives, piece by piece, until an answer is whole."""

    async def scenario() -> list[bytes]:
        config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="off")
        config.load()
        state = ServerState()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: BoundedProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        pieces: list[bytes] = []
        while b"".join(pieces).count(b"HTTP/1.1 ") < answers or not b"".join(pieces).endswith((b"end", b"\r\n\r\n")):
            piece = await asyncio.wait_for(reader.read(1 << 20), 5)
            if not piece:
                break
            pieces.append(piece)
            if piece.startswith(b"HTTP/1.1 100"):
                writer.write(then)
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return pieces

    return asyncio.run(scenario())


def test_head_and_body_leave_together() -> None:
    [whole] = talk(answering(200, b"the end"), GET)
    assert whole.startswith(b"HTTP/1.1 200 OK\r\n")
    assert whole.endswith(b"\r\n\r\nthe end")


def test_later_chunks_leave_as_they_come() -> None:
    first, *rest = talk(answering(200, b"one, ", b"two, ", b"the end"), GET)
    assert first.endswith(b"\r\n\r\none, ")
    assert b"".join(rest) == b"two, the end"


@pytest.mark.parametrize(("status", "request_line"), [(204, b"GET"), (200, b"HEAD")])
def test_an_answer_without_a_body_leaves_at_once(status: int, request_line: bytes) -> None:
    app = answering(status, length=0 if status == 204 else 12)
    [head] = talk(app, request_line + GET[3:])
    assert head.startswith(b"HTTP/1.1 %d" % status)
    assert head.endswith(b"\r\n\r\n")


def test_whoever_waits_to_be_asked_for_the_body_is_asked() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n"
    asked, answer = talk(echo, head, answers=2, then=b"the end")
    assert asked == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.endswith(b"\r\n\r\nthe end")


def test_requests_sent_one_after_the_other_are_answered_in_order() -> None:
    pieces = talk(answering(200, b"the end"), GET * 3, answers=3)
    assert b"".join(pieces).count(b"\r\n\r\nthe end") == 3


def test_a_connection_that_ends_with_its_answer_carries_it_whole() -> None:
    pieces = talk(answering(200, b"the end"), GET.replace(b"Host", b"Connection: close\r\nHost"))
    assert b"".join(pieces).endswith(b"\r\n\r\nthe end")


def test_an_answer_that_breaks_off_closes_the_connection() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})

    [head] = talk(broken, GET, answers=2)
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
