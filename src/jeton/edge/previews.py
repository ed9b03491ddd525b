"""Drawings of files, made when they are first asked for: read, drawn in the workshop, stored, kept by a row.

One is made once, however many ask for it at the same time; few are made at once, and not many may wait.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import BlobReader, Blobs, Receipt, Work, Works, Workshop
from jeton.kernel.previews import AS_TEXT, HEAD_BYTES, NOTHING_TO_SEE, ContentKind, Drawn, Rendition, Unmade, keep
from jeton.kernel.problems import Busy, ContentLost

LARGEST_BYTES: Final = 64 << 20
"""What is larger is not drawn. A text is drawn by its beginning alone."""

AT_ONCE: Final = 2
MOST_WAITING: Final = 32
_CHUNK_BYTES: Final = 1 << 20


class PreviewMaker:
    """Makes what is not made yet."""

    __slots__ = ("_blobs", "_hands", "_pool", "_under_way", "_works", "_workshop")

    def __init__(self, works: Works, workshop: Workshop, blobs: Blobs, pool: ThreadPoolExecutor) -> None:
        self._works = works
        self._workshop = workshop
        self._blobs = blobs
        self._pool = pool
        self._hands = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[Unmade, asyncio.Task[None]] = {}

    async def make(self, wanted: Unmade) -> None:
        """Make it, or wait until somebody else has. Raises Busy; ContentLost; NoSpace."""
        task = self._under_way.get(wanted)
        if task is None:
            if len(self._under_way) >= MOST_WAITING:
                raise Busy(retry_after_s=5)
            task = asyncio.get_running_loop().create_task(self._make(wanted))
            self._under_way[wanted] = task
            task.add_done_callback(lambda _: self._under_way.pop(wanted))
        await asyncio.shield(task)

    async def _make(self, wanted: Unmade) -> None:
        loop = asyncio.get_running_loop()
        async with self._hands:
            drawn = await loop.run_in_executor(self._pool, self._draw, wanted)
            if drawn is None:
                await self._works.write(lambda work: _keep_nothing(work, wanted.of))
                return
            blob = await self._works.write(_announce)
            receipt = await loop.run_in_executor(self._pool, self._store, blob, drawn.content)
        is_text = wanted.as_text and drawn.facts.kind is ContentKind.TEXT
        rendition = Rendition(
            of=wanted.of,
            side=AS_TEXT if is_text else wanted.side,
            blob=blob,
            size_bytes=receipt.size_bytes,
            sha256=receipt.sha256,
            media_type=drawn.media_type,
        )
        facts = drawn.facts
        await self._works.write(lambda work: keep(work, facts, rendition))

    def _draw(self, wanted: Unmade) -> Drawn | None:
        reader = self._blobs.open(wanted.of)
        if reader is None:
            raise ContentLost
        try:
            head = reader.read(0, HEAD_BYTES)
            kind = self._workshop.kind_of(head)
            if kind is ContentKind.OTHER or (kind is not ContentKind.TEXT and reader.size_bytes > LARGEST_BYTES):
                return None
            content = head if kind is ContentKind.TEXT else _whole(reader)
        finally:
            reader.close()
        side = AS_TEXT if kind is ContentKind.TEXT and wanted.as_text else wanted.side
        return self._workshop.draw(kind, content, side)

    def _store(self, blob: BlobId, content: bytes) -> Receipt:
        writer = self._blobs.create(blob)
        try:
            writer.write(content)
            return writer.finish()
        except BaseException:
            writer.abort()
            raise


def _whole(reader: BlobReader) -> bytes:
    return b"".join(
        reader.read(offset, min(_CHUNK_BYTES, reader.size_bytes - offset))
        for offset in range(0, reader.size_bytes, _CHUNK_BYTES)
    )


def _announce(work: Work) -> BlobId:
    blob = BlobId(work.mint.number(work.now))
    work.blobs.intend(blob, work.now)
    return blob


def _keep_nothing(work: Work, of: BlobId) -> None:
    if work.previews.is_named(of):
        work.previews.keep_facts(of, NOTHING_TO_SEE)
