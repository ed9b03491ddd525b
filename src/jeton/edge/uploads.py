"""Bytes on their way in: a form with one file, streamed to the blob store while it comes.

The token and the scope were judged before the first byte; the folder is judged as soon as it is known, which is before
the file when the fields stand first; everything is judged again by the writer. A blob is announced by a row before it
is written, and whatever is refused leaves neither bytes nor rows.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Blobs, BlobWriter, Receipt, Work, Works
from jeton.web.multipart import BrokenMultipart, Field, FileBegin, FileChunk, FormReader, read_form
from jeton.web.requests import Headers, Inbox, refuse_compression

FILE_FIELD: Final = "targetFile"
_BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What one upload needs. `admit` judges the form's fields known so far and gives the command."""

    headers: Headers
    inbox: Inbox
    works: Works
    blobs: Blobs
    pool: ThreadPoolExecutor
    admit: Callable[[dict[str, str]], Awaitable[Any]]


class _Intake:
    """Gathers blocks and writes them in the pool, one at a time and beside the reading of the next."""

    __slots__ = ("_blobs", "_gathered", "_pending", "_pool", "_size", "_writer", "blob")

    def __init__(self, upload: Upload, blob: BlobId) -> None:
        self._blobs = upload.blobs
        self.blob = blob
        self._pool = upload.pool
        self._gathered: list[bytes] = []
        self._size = 0
        self._writer: BlobWriter | None = None
        self._pending: asyncio.Future[Any] | None = None

    async def add(self, chunk: bytes) -> None:
        """Take a chunk in."""
        self._gathered.append(chunk)
        self._size += len(chunk)
        if self._size >= _BLOCK_BYTES:
            await self._settle()
            block, self._gathered, self._size = b"".join(self._gathered), [], 0
            self._begin(lambda: self._write(block))

    async def finish(self) -> Receipt:
        """Make everything durable."""
        await self._settle()
        self._begin(lambda: self._finish(b"".join(self._gathered)))
        receipt: Receipt = await self._settle()
        return receipt

    async def abort(self) -> None:
        """Throw away what is not finished."""
        if self._pending is not None:
            await asyncio.wait([self._pending])
        await asyncio.get_running_loop().run_in_executor(self._pool, self._abort)

    async def remove(self) -> None:
        """Throw away what is finished."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._blobs.remove, self.blob)

    def _begin(self, step: Callable[[], object]) -> None:
        self._pending = asyncio.get_running_loop().run_in_executor(self._pool, step)

    async def _settle(self) -> Any:
        if self._pending is None:
            return None
        # Shielded: a thread goes on when its waiter is cancelled, and `abort` must not come in between.
        done = await asyncio.shield(self._pending)
        self._pending = None
        return done

    def _write(self, block: bytes) -> None:
        if self._writer is None:
            self._writer = self._blobs.create(self.blob)
        self._writer.write(block)

    def _finish(self, block: bytes) -> Receipt:
        self._write(block)
        assert self._writer is not None  # noqa: S101 - _write made it
        return self._writer.finish()

    def _abort(self) -> None:
        if self._writer is not None:
            self._writer.abort()


@asynccontextmanager
async def receive_upload(upload: Upload) -> AsyncIterator[Any]:
    """Take a form in; gives the command with its `received` receipt and its `name`.

    When the body of the `with` raises, the bytes are thrown away again.
    Raises: what `admit` raises; BrokenMultipart, NotMultipart, FormTooLarge; NoSpace; ClientGone.
    """
    refuse_compression(upload.headers)
    reader = FormReader(upload.headers)
    fields: dict[str, str] = {}
    command, name, intake = None, None, None
    try:
        async for event in read_form(reader, upload.inbox.chunks()):
            if isinstance(event, FileChunk):
                if intake is not None:
                    await intake.add(event.content)
            elif isinstance(event, Field):
                if event.name in fields:
                    raise BrokenMultipart(why="a field stands there twice")
                fields[event.name] = event.value
            elif isinstance(event, FileBegin):
                if name is not None or event.name != FILE_FIELD:
                    raise BrokenMultipart(why=f"one file is expected, under the name {FILE_FIELD}")
                name = event.filename
                if "folderId" in fields:
                    command = await upload.admit({**fields, "name": name})
                intake = _Intake(upload, await upload.works.write(_announce))
        if intake is None or name is None:
            raise BrokenMultipart(why=f"there is no file under the name {FILE_FIELD}")
        command = await upload.admit({**fields, "name": name})
        yield dataclasses.replace(command, received=await intake.finish())
    except BaseException:
        if intake is not None:
            await asyncio.shield(_throw_away(upload, intake))
        raise


def _announce(work: Work) -> BlobId:
    blob = BlobId(work.mint.number(work.now))
    work.blobs.intend(blob, work.now)
    return blob


async def _throw_away(upload: Upload, intake: _Intake) -> None:
    """Take back what nothing names. Only the ledger knows: the writer may have kept a file that nobody heard of."""
    await intake.abort()
    if await upload.works.write(lambda work: _doom(work, intake.blob)):
        await intake.remove()


def _doom(work: Work, blob: BlobId) -> bool:
    was_announced = work.blobs.settled(blob)
    if was_announced:
        work.blobs.doom(blob, work.now)  # should we end before the bytes do, they are swept
    return was_announced
