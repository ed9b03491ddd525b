"""A mail server that keeps what it is given, on a port of this machine, on a thread of its own."""

import asyncio
import atexit
import base64
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from types import TracebackType
from typing import Self

from jeton.kernel.ports import Work


class MailCatcher:
    """Speaks as much SMTP as a client needs. With `password`, one must log in; `refuses` is said to each recipient."""

    def __init__(self, *, password: str = "", refuses: str = "", context: ssl.SSLContext | None = None) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.password = password
        self.refuses = refuses
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail-catcher")

    def __enter__(self) -> Self:
        self._thread.start()
        opening = asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 catcher ready\r\n")
        known = not self.password
        while line := await reader.readline():
            words = line.decode("latin-1").split()
            verb = words[0].upper() if words else ""
            if verb == "EHLO":
                writer.write(b"250-catcher\r\n250 AUTH PLAIN\r\n" if self.password else b"250 catcher\r\n")
            elif verb == "AUTH":
                known = base64.b64decode(words[2]).split(b"\0")[-1].decode() == self.password
                writer.write(b"235 welcome\r\n" if known else b"535 5.7.8 wrong password\r\n")
            elif verb == "RCPT" and (self.refuses or not known):
                writer.write(f"550 {self.refuses or 'log in first'}\r\n".encode())
            elif verb == "RCPT":
                self.recipients.append(words[1].partition(":")[2].strip("<>"))
                writer.write(b"250 fine\r\n")
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                unstuffed = content[:-3].replace(b"\r\n..", b"\r\n.")
                self.mails.append(message_from_bytes(unstuffed, policy=policy.default))
                writer.write(b"250 kept under 1\r\n")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 fine\r\n")
            await writer.drain()


@cache
def shared_catcher() -> MailCatcher:
    """One for the whole run, for who only needs that mail goes somewhere."""
    catcher = MailCatcher()
    catcher.__enter__()
    atexit.register(catcher.__exit__, None, None, None)
    return catcher


def send_to(catcher: MailCatcher, work: Work) -> None:
    """Set a platform up to send its mails there."""
    for name, value in (
        ("smtp_host", "127.0.0.1"),
        ("smtp_port", str(catcher.port)),
        ("smtp_security", "none"),
        ("smtp_sender", "documents@example.org"),
    ):
        work.platform.keep(name, value)
