"""What comes in through either door: headers, query, cookies and bodies, each read once, strictly and within bounds."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Final
from urllib.parse import parse_qsl

from jeton.kernel.problems import Malformed, TooLarge, Unsupported
from jeton.kit.text import sentence
from jeton.web.answers import Message, Receive, Scope

LARGEST_BODY_BYTES: Final = 1 << 20
MOST_FIELDS: Final = 1000
LONGEST_SILENCE_S: Final = 30.0
LEAST_BYTES: Final = 4096
"""Within `LONGEST_SILENCE_S` of waiting for a body: some 140 bytes a second, which the slowest line gives."""
THROWN_AWAY_BYTES: Final = 16 << 20
THROWN_AWAY_S: Final = 2.0


class BodyTooLarge(TooLarge):
    """The body is larger than is read here."""

    code = "body_too_large"
    sentence = sentence("The body is larger than {limit_bytes} bytes, the most that is read here.")


class BodyCutShort(Malformed):
    """The connection ended before the body did."""

    code = "body_cut_short"
    sentence = sentence("The body ended before its announced length.")


class CompressedBody(Unsupported):
    """A compressed body."""

    code = "compressed_body"
    sentence = sentence("Compressed bodies are not read here: send it without Content-Encoding.")


class RepeatedHeader(Malformed):
    """A header that may stand once stands twice."""

    code = "repeated_header"
    sentence = sentence("The header {name} stands there twice.")


class UnreadableQuery(Malformed):
    """A query or form that cannot be read."""

    code = "unreadable_query"
    sentence = sentence("The query or form cannot be read: {why}.")


class ClientGone(Exception):
    """The client closed the connection: there is nobody to answer."""


class Headers:
    """The headers of one request, by lower-case name."""

    __slots__ = ("_repeated", "_values")

    def __init__(self, raw: Sequence[tuple[bytes, bytes]]) -> None:
        self._values = dict(raw)
        self._repeated: frozenset[bytes] = frozenset()
        if len(self._values) != len(raw):
            names = [name for name, _ in raw]
            self._repeated = frozenset(name for name in names if names.count(name) > 1)

    def get(self, name: bytes) -> str | None:
        """The value of a header that may stand there once. Raises RepeatedHeader."""
        value = self._values.get(name)
        if value is None:
            return None
        if name in self._repeated:
            raise RepeatedHeader(name=name.decode("latin-1"))
        return value.decode("latin-1")

    def __contains__(self, name: bytes) -> bool:
        """Whether there is such a header, even an empty one."""
        return name in self._values

    def lenient(self, name: bytes) -> str:
        """The (last) value of a header on which nothing depends, or an empty text."""
        return self._values.get(name, b"").decode("latin-1")


def read_query(query: bytes) -> dict[str, str]:
    """The fields of a query string; one that stands there twice has no value. Raises UnreadableQuery."""
    fields: dict[str, str] = {}
    twice = set()
    for name, value in read_pairs(query):
        if name in fields:
            twice.add(name)
        fields[name] = value
    if twice:
        raise UnreadableQuery(why=f"{min(twice)!r:.80} stands there twice")
    return fields


def read_pairs(text: bytes) -> list[tuple[str, str]]:
    """Names and values of `application/x-www-form-urlencoded` text, in order. Raises UnreadableQuery."""
    if not text:
        return []
    try:
        pairs = parse_qsl(
            text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS, separator="&"
        )
    except UnicodeDecodeError:
        raise UnreadableQuery(why="it is not UTF-8, percent-encoded") from None
    except ValueError:
        raise UnreadableQuery(why="it has too many fields") from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise UnreadableQuery(why="it holds a NUL character")
    return pairs


def read_cookies(header: str) -> dict[str, str]:
    """Cookies by name; the first of two of one name stands. Source: RFC 6265 section 5.4."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, found, value = part.strip().partition("=")
        if found:
            cookies.setdefault(name, value)
    return cookies


def content_length(headers: Headers) -> int | None:
    """The announced length of the body, or None."""
    text = headers.get(b"content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


class Inbox:
    """A request's body as it comes in; knows whether it was read to its end.

    A body that hardly comes is cut: less than 4 KiB within half a minute of waiting for it. Time during which nobody
    asks for more of it does not count.
    """

    __slots__ = ("_came", "_receive", "_waited_s", "is_over")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._came = 0
        self._waited_s = 0.0
        self.is_over = False

    async def next(self) -> bytes:
        """The next chunk. Raises ClientGone; BodyCutShort after half a minute of silence, or of next to nothing."""
        chunk = await self.next_within(LONGEST_SILENCE_S)
        if chunk is None:
            self.is_over = True
            raise BodyCutShort
        return chunk

    async def next_within(self, seconds: float) -> bytes | None:
        """The next chunk, or None when none came so far. Raises ClientGone."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds):  # unlike wait_for, this makes no task
                message: Message = await self._receive()
        except TimeoutError:
            self._waited_s += time.monotonic() - began
            return None
        if message["type"] == "http.disconnect":
            self.is_over = True
            raise ClientGone
        self.is_over = not message.get("more_body", False)
        chunk: bytes = message.get("body", b"")
        self._waited_s += time.monotonic() - began
        self._came += len(chunk)
        if self._waited_s >= LONGEST_SILENCE_S:
            if self._came < LEAST_BYTES and not self.is_over:
                self.is_over = True
                raise BodyCutShort
            self._waited_s, self._came = 0.0, 0
        return chunk

    async def chunks(self) -> AsyncIterator[bytes]:
        """Chunk after chunk, to the end."""
        while not self.is_over:
            yield await self.next()

    async def gone(self) -> None:
        """Return when the client closed the connection; for a request whose body is read or was not sent."""
        while (await self._receive())["type"] != "http.disconnect":
            self.is_over = True

    async def throw_away(self) -> None:
        """Read on, keeping nothing, for 16 MiB or 2 s: so that an early answer is not lost with the connection."""
        size = 0
        try:
            async with asyncio.timeout(THROWN_AWAY_S):
                while not self.is_over and size < THROWN_AWAY_BYTES:
                    size += len(await self.next())
        except (TimeoutError, ClientGone, BodyCutShort):
            return


async def read_body(headers: Headers, inbox: Inbox, *, limit_bytes: int = LARGEST_BODY_BYTES) -> bytes:
    """The whole body.

    Raises: CompressedBody; BodyTooLarge, as soon as it is known; BodyCutShort; ClientGone.
    """
    refuse_compression(headers)
    announced = content_length(headers)
    if announced is not None and announced > limit_bytes:
        raise BodyTooLarge(limit_bytes=limit_bytes)
    chunks, size = [], 0
    while not inbox.is_over:
        chunk = await inbox.next()
        size += len(chunk)
        if size > limit_bytes:
            raise BodyTooLarge(limit_bytes=limit_bytes)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def refuse_compression(headers: Headers) -> None:
    """Raises CompressedBody for a body that would have to be unpacked."""
    coding = headers.lenient(b"content-encoding")
    if coding and coding.lower() != "identity":
        raise CompressedBody


def path_of(scope: Scope) -> bytes:
    """The path as it was sent, percent-encoded, doubled slashes made one (wire/files.md section 1.5)."""
    raw: bytes = scope.get("raw_path") or str(scope["path"]).encode()
    path = raw.partition(b"?")[0]
    while b"//" in path:
        path = path.replace(b"//", b"/")
    return path
