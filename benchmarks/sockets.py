"""Clients on the other core that move bytes: they spend little enough on them that the server is what is measured."""

import json
import os
import re
import selectors
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, Final, Self
from urllib.parse import urlsplit

from benchmarks.load import CLIENT_CORE, BadAnswers

BLOCK_BYTES: Final = 1 << 20
_PATIENCE_S: Final = 120
_SUCCESS: Final = b"HTTP/1.1 20"
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)


@contextmanager
def on_the_client_core() -> Iterator[None]:
    """Whatever this process does itself is done there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CLIENT_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def blocks(size_bytes: int) -> Iterator[bytes]:
    """So many bytes that no disk makes smaller."""
    block = os.urandom(BLOCK_BYTES)
    for _ in range(size_bytes // BLOCK_BYTES):
        yield block
    yield block[: size_bytes % BLOCK_BYTES]


class Connection:
    """One connection that stays open, with headers that each request has."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        host = urlsplit(url)
        self._http = HTTPConnection(str(host.hostname), host.port, timeout=_PATIENCE_S)
        self._headers = dict(headers or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(
        self, method: str, path: str, headers: Mapping[str, str], parts: Iterable[bytes] = (), size_bytes: int = 0
    ) -> bytes:
        """The body of the answer. Raises BadAnswers."""
        sent = {**self._headers, **headers, "Content-Length": str(size_bytes)}
        self._http.request(method, path, parts, sent)
        answer = self._http.getresponse()
        body = answer.read()
        if not 200 <= answer.status < 300:
            raise BadAnswers(f"{answer.status} for {method} {path}: {body[:500]!r}")
        return body

    def call(self, path: str, body: object) -> Any:
        """A POST of JSON, answered with JSON. Raises BadAnswers."""
        content = json.dumps(body).encode()
        return json.loads(self.send("POST", path, {"Content-Type": "application/json"}, [content], len(content)))

    def take(self, path: str) -> int:
        """Read an answer away; how many bytes it had. Raises BadAnswers."""
        self._http.request("GET", path, headers=self._headers)
        answer = self._http.getresponse()
        if answer.status != 200:
            raise BadAnswers(f"{answer.status} for {path}")
        buffer, size = bytearray(BLOCK_BYTES), 0
        while count := answer.readinto(buffer):
            size += count
        return size


def send_each(url: str, requests: Sequence[bytes], *, concurrency: int) -> None:
    """Send whole requests over some connections, each as soon as one has its answer. Raises BadAnswers."""
    host = urlsplit(url)
    waiting = iter(requests)
    with selectors.DefaultSelector() as selector:
        for _, request in zip(range(concurrency), waiting, strict=False):
            connection = socket.create_connection((host.hostname, host.port), _PATIENCE_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(request)
            selector.register(connection, selectors.EVENT_READ, bytearray())
        while selector.get_map():
            ready = selector.select(_PATIENCE_S)
            if not ready:
                raise BadAnswers(f"no answer within {_PATIENCE_S} s")
            for key, _ in ready:
                busy, answer = key.fileobj, key.data
                assert isinstance(busy, socket.socket)
                came = busy.recv(1 << 16)
                answer += came
                if not came or not answer.startswith(_SUCCESS[: len(answer)]):
                    raise BadAnswers(bytes(answer[:500]))
                if not _is_whole(answer):
                    continue
                answer.clear()
                request = next(waiting, b"")
                if request:
                    busy.sendall(request)
                else:
                    selector.unregister(busy)
                    busy.close()


def _is_whole(answer: bytearray) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    return bool(end) and len(body) == (int(length[1]) if length else 0)
