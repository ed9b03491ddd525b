"""A selection on its way out as a ZIP, made while it is sent: without a file, only its table of contents is kept.

Entries are stored, not deflated: what people keep is mostly compressed already, a checksum costs a tenth of a deflate,
and the length is known before the first byte, so that an archive that breaks off is never taken for a whole one. Blobs
never change, and are opened one by one; should one be gone meanwhile, the connection breaks.
Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5; security.md AR.
"""

import asyncio
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from zipfile import ZIP64_LIMIT, ZIP_FILECOUNT_LIMIT, ZIP_STORED, ZipFile, ZipInfo

from jeton.edge.downloads import disposition
from jeton.kernel.blobs import Bundle, Bundled
from jeton.kernel.ids import BlobId, PrincipalId
from jeton.kernel.ports import BlobReader, Blobs
from jeton.kernel.problems import ContentLost, TooMany
from jeton.kit.clock import SECOND, to_datetime
from jeton.kit.text import sentence
from jeton.web.answers import NOSNIFF, Header, Stream

MOST_AT_ONCE: Final = 2
"""Archives on their way to one person, or one application, from one process."""

OpenBlob = Callable[[BlobId], BlobReader | None]

_CHUNK_BYTES: Final = 1 << 20
_FOLDER_MODE: Final = 0o40755 << 16 | 0x10
_FILE_MODE: Final = 0o100644 << 16
_TIMES: Final = struct.Struct("<HHBi")
_FIRST_YEAR, _LAST_YEAR = 1980, 2107
_LAST_SECOND: Final = 2**31 - 1
_HEADERS: Final[tuple[Header, ...]] = (
    (b"content-type", b"application/zip"),
    (b"accept-ranges", b"none"),
    (b"cache-control", b"private, no-store"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"referrer-policy", b"no-referrer"),
    NOSNIFF,
)


class TooManyZips(TooMany):
    """Archives are made while they are sent: each takes its share of the disk and the line."""

    code = "too_many_zips"
    sentence = sentence("{most} archives are on their way to you already. Wait until one of them is there.")


class Zips:
    """Makes archives, and knows how many are on their way to whom."""

    __slots__ = ("_blobs", "_pool", "_under_way")

    def __init__(self, blobs: Blobs, pool: ThreadPoolExecutor) -> None:
        self._blobs = blobs
        self._pool = pool
        self._under_way: Counter[PrincipalId] = Counter()

    def answer(self, bundle: Bundle, principal: PrincipalId) -> Stream:
        """Answer with an archive. Raises TooManyZips."""
        if self._under_way[principal] >= MOST_AT_ONCE:
            raise TooManyZips(most=MOST_AT_ONCE, retry_after_s=10)
        self._under_way[principal] += 1
        steps = _Steps(zip_chunks(bundle.entries, self._blobs.open), self._pool)

        async def close() -> None:
            self._under_way[principal] -= 1
            if not self._under_way[principal]:
                del self._under_way[principal]
            await steps.close()

        headers = (*_HEADERS, (b"content-disposition", disposition(bundle.name)))
        return Stream(200, headers, zip_size(bundle.entries), steps.each(), close)


class _Steps:
    """A generator whose steps are taken in the pool, one at a time."""

    __slots__ = ("_chunks", "_pool", "_step")

    def __init__(self, chunks: Generator[bytes, None, None], pool: ThreadPoolExecutor) -> None:
        self._chunks = chunks
        self._pool = pool
        self._step: asyncio.Future[bytes] | None = None

    async def each(self) -> AsyncIterator[bytes]:
        """Every chunk."""
        loop = asyncio.get_running_loop()
        while True:
            self._step = loop.run_in_executor(self._pool, next, self._chunks, b"")
            chunk = await asyncio.shield(self._step)
            if not chunk:
                return
            yield chunk

    async def close(self) -> None:
        """End it, and close the blob that is open, once the step that is under way is over."""
        if self._step is not None and not self._step.done():
            await asyncio.wait([self._step])
        await asyncio.get_running_loop().run_in_executor(self._pool, self._chunks.close)


def zip_chunks(entries: Iterable[Bundled], open_blob: OpenBlob) -> Generator[bytes, None, None]:
    """The archive in pieces of about 1 MiB. Raises ContentLost in the middle when bytes are gone meanwhile."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]  # it asks for no more than `write`
        for entry in entries:
            info = _info(entry)
            if entry.blob is None:
                archive.mkdir(info)
            else:
                with archive.open(info, "w", force_zip64=entry.size_bytes > ZIP64_LIMIT) as out:
                    for chunk in _content(entry, open_blob):
                        out.write(chunk)
                        if sink.size >= _CHUNK_BYTES:
                            yield sink.take()
            if sink.size >= _CHUNK_BYTES:
                yield sink.take()
    yield sink.take()


def zip_size(entries: Iterable[Bundled]) -> int:
    """How many bytes `zip_chunks` gives: each entry's header, content and sums, the table of contents, its end."""
    offset, table, count = 0, 0, 0
    for entry in entries:
        count += 1
        named = len(entry.path.encode()) + len(_times(entry))
        is_large = entry.size_bytes > ZIP64_LIMIT
        numbers = 2 * is_large + (offset > ZIP64_LIMIT)
        table += 46 + named + (4 + 8 * numbers if numbers else 0)
        offset += 30 + named
        if entry.blob is not None:
            offset += entry.size_bytes + (20 + 24 if is_large else 16)
    is_large = count > ZIP_FILECOUNT_LIMIT or offset > ZIP64_LIMIT or table > ZIP64_LIMIT
    return offset + table + (56 + 20 if is_large else 0) + 22


class _Sink:
    """A file that can only be written to: `zipfile` then puts sizes and sums after each content."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """All that was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return taken


def _info(entry: Bundled) -> ZipInfo:
    date = to_datetime(entry.modified_at)
    year = min(max(date.year, _FIRST_YEAR), _LAST_YEAR)
    info = ZipInfo(entry.path, (year, date.month, date.day, date.hour, date.minute, date.second))
    info.create_system = 3  # Unix: the mode counts, wherever we run
    info.external_attr = _FOLDER_MODE if entry.blob is None else _FILE_MODE
    info.extra = _times(entry)
    info.CRC = info.compress_size = 0  # what a folder has; for a file, they are told after its content
    return info


def _times(entry: Bundled) -> bytes:
    """The date as UTC, which the archive's own fields do not tell ("extended timestamp"); empty beyond its range."""
    seconds = entry.modified_at // SECOND
    return _TIMES.pack(0x5455, 5, 1, seconds) if abs(seconds) <= _LAST_SECOND else b""


def _content(entry: Bundled, open_blob: OpenBlob) -> Iterator[bytes]:
    reader = open_blob(entry.blob) if entry.blob is not None else None
    if reader is None:
        raise ContentLost
    try:
        for offset in range(0, entry.size_bytes, _CHUNK_BYTES):
            count = min(_CHUNK_BYTES, entry.size_bytes - offset)
            chunk = reader.read(offset, count)
            if len(chunk) != count:
                raise ContentLost
            yield chunk
    finally:
        reader.close()
