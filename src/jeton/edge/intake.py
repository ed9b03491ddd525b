"""Bytes of one request on their way into a blob: in blocks, through the bounded pool, stored and digested side by side.

What is let in by a lease is noted every few seconds: made durable, then told to the database, which answers whether the
lease still stands. A client that falls silent loses the lease, and takes it again when it goes on: whoever it was that
lost the connection need not wait for that to be noticed.
"""

import asyncio
import dataclasses
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from jeton.kernel.ports import Blobs, BlobWriter, Inflow, Receipt, Work, Works
from jeton.kernel.problems import OtherChecksum, Problem, TooLarge
from jeton.kernel.uploads import OpenUpload, advanced, lease_again
from jeton.kit.text import sentence

_BLOCK_BYTES: Final = 1 << 20
_NOTED_EVERY_S: Final = 3.0
_NOTED_EVERY_BYTES: Final = 128 << 20
_SYNCED_EVERY_BYTES: Final = 32 << 20


class TooManyBytes(TooLarge):
    """More comes than was announced, or than is taken."""

    code = "too_many_bytes"
    sentence = sentence("More than {most_bytes} bytes came, which is all that was announced or is taken here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where bytes are taken in. `judge` identifies the caller again, and raises when they may no longer."""

    works: Works
    blobs: Blobs
    pool: ThreadPoolExecutor
    judge: Callable[[Work], object]
    seen: Callable[[bytes], None] | None = None
    """Shown whatever comes, first of all."""


class Intake:
    """One request's bytes. `inflow` is as the last work left it."""

    __slots__ = (
        "_ahead", "_ahead_bytes", "_checksum", "_desk", "_gathered", "_gathered_bytes", "_noted_at", "_noted_bytes",
        "_pending", "_taken", "_writer", "inflow",
    )  # fmt: skip

    def __init__(self, desk: Desk, inflow: Inflow) -> None:
        self.inflow = inflow
        self._desk = desk
        self._checksum = None if inflow.checksum is None else hashlib.new(inflow.checksum.algorithm)
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._taken = 0
        self._pending: list[asyncio.Future[Any]] = []
        self._ahead: asyncio.Future[Any] | None = None
        self._ahead_bytes = 0
        self._writer: BlobWriter | None = None
        self._noted_at = time.monotonic() + _NOTED_EVERY_S
        self._noted_bytes = 0

    async def add(self, chunk: bytes) -> None:
        """Take a chunk in. Raises TooManyBytes, and what judging, writing and a lost lease raise."""
        self._taken += len(chunk)
        if self._desk.seen is not None:
            self._desk.seen(chunk)
        most = self.inflow.most_bytes
        if most is not None and self._taken > most:
            raise self.inflow.beyond or TooManyBytes(most_bytes=most)
        if self.inflow.is_thrown_away:
            return
        self._gathered.append(chunk)
        self._gathered_bytes += len(chunk)
        if self._gathered_bytes >= _BLOCK_BYTES:
            await self._flush()
        if self.inflow.upload is not None and self._is_to_be_noted():  # also of one who sends slowly
            await self._flush()
            await self._note(goes_on=True)

    async def pause(self) -> None:
        """Nothing comes: let go of the lease, with all that came."""
        await self._flush()
        await self._note(goes_on=False)
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def go_on(self) -> None:
        """Something comes again: take the lease once more. Raises OtherOffset, InUse, UploadGone."""
        upload = self.inflow.upload
        if upload is None or self._writer is not None or upload.leased_until:
            return
        self._hold(await self._desk.works.write(lambda work: lease_again(work, upload)))
        self._noted_at = time.monotonic() + _NOTED_EVERY_S

    async def finish(self) -> tuple[int, Receipt | None]:
        """Make everything durable: how many bytes there are now, and the receipt when the blob is whole."""
        await self._flush()
        await self._calm()
        inflow = self.inflow
        if inflow.is_thrown_away:
            return 0, None
        checksum = inflow.checksum
        if self._checksum is not None and checksum is not None and self._checksum.digest() != checksum.digest:
            raise OtherChecksum
        writer = await self._opened()
        if inflow.upload is None or inflow.is_whole:
            receipt = await self._run(writer.finish)
            return receipt.size_bytes, receipt
        offset: int = await self._run(writer.sync)
        return offset, None

    def kept(self, offset: int) -> None:
        """The database has been told of all that came: there are `offset` bytes."""
        if self._writer is not None and not self.inflow.is_whole and self.inflow.upload is not None:
            self._writer.keep(offset)
            self._writer.close()

    async def give_up(self, *, is_cut: bool) -> None:
        """End without success: keep what may be kept of bytes that were cut off, and throw the others away."""
        begun = [*self._pending, *([self._ahead] if self._ahead else [])]
        if begun:
            await asyncio.wait(begun)
        upload = self.inflow.upload
        if upload is None:
            await self._throw_away()
            return
        offset = upload.offset_bytes
        try:
            if is_cut and self.inflow.keeps_parts and self._gathered_bytes | self._taken:
                self._pending, self._ahead = [], None
                await self._flush()
                await self._calm()
                offset = await self._run((await self._opened()).sync)
        except (Problem, OSError, ValueError):
            offset = upload.offset_bytes
        stands, is_there = await self._desk.works.write(lambda work: _let_go(work, upload, offset))
        if self._writer is not None:
            if stands:
                self._writer.keep(offset)
            self._writer.close()
        if not is_there:  # cancelled meanwhile: its bytes may have come after those that were swept
            await self._remove()

    async def _throw_away(self) -> None:
        """Take back what nothing names. Only the ledger knows: the writer may have kept a file nobody heard of."""
        if self._writer is not None:
            await self._run(self._writer.abort)
        if await self._desk.works.write(lambda work: _doom(work, self.inflow)):
            await self._remove()

    async def _remove(self) -> None:
        with suppress(OSError):  # a row says that it is to go, or nothing knows of it but the doctor
            await self._run(lambda: self._desk.blobs.remove(self.inflow.blob))

    def _is_to_be_noted(self) -> bool:
        return time.monotonic() >= self._noted_at or self._taken - self._noted_bytes >= _NOTED_EVERY_BYTES

    async def _note(self, *, goes_on: bool) -> None:
        """Make durable what came, and tell the database of it, or only that somebody still writes."""
        upload = self.inflow.upload
        if upload is None or not upload.leased_until:
            return
        await self._calm()
        writer = await self._opened()
        offset: int = await self._run(writer.sync) if self.inflow.keeps_parts else upload.offset_bytes

        def note(work: Work) -> OpenUpload:
            self._desk.judge(work)
            return advanced(work, upload, offset, goes_on=goes_on)

        self._hold(await self._desk.works.write(note))
        if self.inflow.keeps_parts:
            writer.keep(offset)
        self._noted_at, self._noted_bytes = time.monotonic() + _NOTED_EVERY_S, self._taken

    def _hold(self, upload: OpenUpload) -> None:
        self.inflow = dataclasses.replace(self.inflow, upload=upload)

    async def _flush(self) -> None:
        if not self._gathered:
            return
        await self._settle()
        block = self._gathered[0] if len(self._gathered) == 1 else b"".join(self._gathered)
        self._gathered, self._gathered_bytes = [], 0
        writer = await self._opened()
        self._begin(lambda: writer.store(block))
        self._begin(lambda: self._digest(writer, block))
        self._sync_ahead(writer)

    def _sync_ahead(self, writer: BlobWriter) -> None:
        """Let the disk begin while more comes, so that the end need not wait for all of it."""
        is_busy = self._ahead is not None and not self._ahead.done()
        if is_busy or self._taken - self._ahead_bytes < _SYNCED_EVERY_BYTES:
            return
        if self._ahead is not None:
            self._ahead.result()  # raises what it met
        self._ahead_bytes = self._taken
        self._ahead = asyncio.get_running_loop().run_in_executor(self._desk.pool, writer.sync)

    async def _calm(self) -> None:
        """Wait for all that was begun."""
        await self._settle()
        if self._ahead is not None:
            await asyncio.shield(self._ahead)
            self._ahead = None

    def _digest(self, writer: BlobWriter, block: bytes) -> None:
        writer.digest(block)
        if self._checksum is not None:
            self._checksum.update(block)

    async def _opened(self) -> BlobWriter:
        if self._writer is None:
            inflow, blobs = self.inflow, self._desk.blobs
            upload = inflow.upload
            self._writer = await self._run(
                lambda: blobs.create(inflow.blob) if upload is None else blobs.resume(inflow.blob, upload.offset_bytes)
            )
        return self._writer

    async def _run(self, step: Callable[[], Any]) -> Any:
        self._begin(step)
        return (await self._settle())[-1]

    def _begin(self, step: Callable[[], object]) -> None:
        self._pending.append(asyncio.get_running_loop().run_in_executor(self._desk.pool, step))

    async def _settle(self) -> list[Any]:
        if not self._pending:
            return []
        # Shielded: a thread goes on when its waiter is cancelled, and nothing may come in between.
        done = await asyncio.shield(asyncio.gather(*self._pending))
        self._pending = []
        return done


def _let_go(work: Work, upload: OpenUpload, offset: int) -> tuple[bool, bool]:
    """End a lease; whether it still stood, and whether the upload is there."""
    stands = work.uploads.advance(upload, offset, work.now, position=upload.position, goes_on=False)
    return stands, stands or work.uploads.find(upload.key) is not None


def _doom(work: Work, inflow: Inflow) -> bool:
    was_announced = work.blobs.settled(inflow.blob)
    if was_announced:
        work.blobs.doom(inflow.blob, work.now)  # should we end before the bytes do, they are swept
    return was_announced
