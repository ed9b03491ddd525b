"""Bytes on their way out: a blob, whole or one range of it, streamed and never rendered.

Source: RFC 9110 sections 13 and 14; wire/files.md section 7 (an empty file is 200 with a length of 0); security.md DL.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from jeton.kernel.blobs import Shown
from jeton.kernel.ports import BlobReader, Blobs, Download
from jeton.kernel.problems import ContentLost
from jeton.web.answers import NOSNIFF, Answer, Header, Stream
from jeton.web.conditions import Validators, may_send_part, refusal_of
from jeton.web.requests import Headers
from jeton.wire.types import date_out

_CHUNK_BYTES: Final = 1 << 20
_RANGE = re.compile(r"bytes=([0-9]{1,18})?-([0-9]{1,18})?", re.IGNORECASE)
_UNSAFE_IN_FALLBACK = re.compile(r'[^\x20-\x7e]|["\\%;]')
_SAFE_HEADERS: Final[tuple[Header, ...]] = (
    (b"accept-ranges", b"bytes"),
    (b"cache-control", b"private, no-store"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"referrer-policy", b"no-referrer"),
    NOSNIFF,
)


def disposition(name: str, *, inline: bool = False) -> bytes:
    """`attachment` with the name, as ASCII for old clients and as UTF-8 for the others. Source: RFC 6266, RFC 8187."""
    fallback = _UNSAFE_IN_FALLBACK.sub("_", name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}".encode("ascii")


def range_of(header: str | None, size: int) -> tuple[int, int] | bool | None:
    """The asked range as (first, last); None when the whole is to be sent; False when it lies outside.

    A header that cannot be read, and several ranges, are ignored. Source: RFC 9110 section 14.2.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.group(0).endswith("=-"):
        return None
    first, last = match[1], match[2]
    if first is None:
        count = min(int(last), size)
        return (size - count, size - 1) if count else False
    start = int(first)
    if last is not None and int(last) < start:
        return None
    return (start, min(int(last), size - 1) if last is not None else size - 1) if start < size else False


async def download_answer(
    download: Download, headers: Headers, blobs: Blobs, pool: ThreadPoolExecutor, *, is_head: bool = False
) -> Answer | Stream:
    """Answer with a file's bytes. A range is for GET alone (RFC 9110 section 14.2). Raises ContentLost."""
    now = Validators(f'"{download.sha256}"', date_out(download.modified_at))
    common: tuple[Header, ...] = (
        *_SAFE_HEADERS,
        (b"content-type", download.media_type.encode()),
        (b"etag", now.tag.encode()),
        (b"last-modified", format_datetime(now.modified_at, usegmt=True).encode()),
        (b"content-disposition", disposition(download.name, inline=isinstance(download, Shown) and download.is_ours)),
    )
    refusal = refusal_of(headers, now)
    if refusal is not None:
        return Answer(refusal, common)
    size = download.size_bytes
    asked = headers.lenient(b"range") if size and not is_head and may_send_part(headers, now) else ""
    part = range_of(asked, size)
    if part is False:
        return Answer(416, (*common, (b"content-range", b"bytes */%d" % size)))
    loop = asyncio.get_running_loop()
    reader = await loop.run_in_executor(pool, blobs.open, download.blob)
    if reader is None:
        raise ContentLost
    status, first, count = 200, 0, size
    if isinstance(part, tuple):
        status, first, count = 206, part[0], part[1] - part[0] + 1
        common = (*common, (b"content-range", b"bytes %d-%d/%d" % (part[0], part[1], size)))

    async def close() -> None:
        await loop.run_in_executor(pool, reader.close)

    return Stream(status, common, count, _chunks(reader, first, count, pool), close)


async def _chunks(reader: BlobReader, first: int, count: int, pool: ThreadPoolExecutor) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    while count:
        chunk = await loop.run_in_executor(pool, reader.read, first, min(count, _CHUNK_BYTES))
        if not chunk:
            raise ContentLost
        first += len(chunk)
        count -= len(chunk)
        yield chunk
