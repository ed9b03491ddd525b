"""Blobs as files of a local folder: 256 shards, names made of the id alone, written once and never changed.

Written to a temporary name, synced, renamed, and the folder synced: a blob that is there is whole. After a failed sync
nothing more is promised until a restart (security.md R18, R21, R22).
"""

import errno
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Receipt
from jeton.kernel.problems import Busy, ContentLost, NoSpace
from jeton.storage.blobs.digests import Digests, RunningDigests
from jeton.storage.blobs.writing import FULL, RETRY_S, DiskWriter, as_problems, lock

_log = logging.getLogger(__name__)
_SHARDS: Final = 256
_INCOMING: Final = "incoming"
_NAME = re.compile(r"[0-9a-f]{16}")
_WRITE: Final = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


def prepare_folder(folder: Path) -> None:
    """Make the shards, once, and sync them. A second call does nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = [f"{shard:02x}" for shard in range(_SHARDS)] + [_INCOMING]
    missing = [folder / name for name in names if not (folder / name).is_dir()]
    for shard in missing:
        shard.mkdir(mode=0o700)
    if missing:
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make what was made, renamed or unlinked in it durable. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class DiskBlobs:
    """See `kernel.ports.Blobs`. Its calls wait for the disk: they belong in a pool."""

    __slots__ = ("_folder", "digests", "is_healthy")

    def __init__(self, folder: Path) -> None:
        """The folder must be prepared."""
        self._folder = folder
        self.digests = RunningDigests()
        self.is_healthy = True

    def create(self, blob: BlobId) -> DiskWriter:
        """Begin a blob. Raises Busy when the store can no longer be trusted, NoSpace."""
        return DiskWriter(self, blob, self._begin(blob), Digests(), 0)

    def resume(self, blob: BlobId, offset: int) -> DiskWriter:
        """Go on with a blob that is being written. Raises InUse, ContentLost; Busy, NoSpace."""
        with as_problems():
            descriptor = self._go_on(blob, offset) if offset else self._begin_again(blob)
            try:
                lock(descriptor)
                if os.fstat(descriptor).st_size < offset:
                    raise ContentLost
                os.ftruncate(descriptor, offset)  # whatever lies beyond, nobody was told that it is there
                os.lseek(descriptor, offset, os.SEEK_SET)
            except BaseException:
                os.close(descriptor)
                raise
        return DiskWriter(self, blob, descriptor, self.digests.at(blob, offset), offset)

    def complete(self, blob: BlobId, size_bytes: int) -> Receipt:
        """Make a blob of what was written piece by piece; may be called again.

        Raises: ContentLost, InUse; Busy, NoSpace.
        """
        if not self.is_healthy:
            raise Busy(retry_after_s=RETRY_S)
        with as_problems():
            return self._complete(blob, size_bytes)

    def open(self, blob: BlobId) -> "DiskReader | None":
        """A finished blob, or None."""
        try:
            descriptor = os.open(self.path_of(blob), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ELOOP}:  # a link that somebody planted there is no blob
                return None
            raise
        return DiskReader(descriptor)

    def remove(self, blob: BlobId) -> bool:
        """Unlink a blob, finished or begun; whether a finished one was there."""
        self.digests.forget(blob)
        self.incoming_of(blob).unlink(missing_ok=True)
        try:
            self.path_of(blob).unlink()
        except FileNotFoundError:
            return False
        return True

    def every(self) -> Iterator[BlobId]:
        """Walk the store: for `doctor` only."""
        for shard in range(_SHARDS):
            yield from _named_in(self._folder / f"{shard:02x}")

    def incoming(self) -> Iterator[BlobId]:
        """Those that are being written: for `doctor` only."""
        yield from _named_in(self._folder / _INCOMING)

    def size_of(self, blob: BlobId) -> int | None:
        """How many bytes of a blob are there, finished or not; None when there is none."""
        for path in (self.incoming_of(blob), self.path_of(blob)):
            with suppress(FileNotFoundError):
                return path.stat().st_size
        return None

    def path_of(self, blob: BlobId) -> Path:
        """Where a finished blob lies: low bits spread over the shards, since ids are in the order of time."""
        return self._folder / f"{blob & 0xFF:02x}" / f"{blob:016x}"

    def incoming_of(self, blob: BlobId) -> Path:
        """Where a blob lies that is being written."""
        return self._folder / _INCOMING / f"{blob:016x}"

    def sync(self, descriptor: int) -> None:
        """Make a file's bytes durable. Raises NoSpace; Busy: from then on nothing is taken in."""
        self._trust(lambda: os.fsync(descriptor))

    def name(self, blob: BlobId) -> None:
        """Give a blob whose bytes are durable its lasting name. Raises as `sync`."""
        final = self.path_of(blob)
        self._trust(lambda: self.incoming_of(blob).rename(final))
        self._trust(lambda: sync_folder(final.parent))

    def _trust(self, call: Callable[[], object]) -> None:
        try:
            call()
        except OSError as error:
            if error.errno in FULL:
                raise NoSpace from error
            self.is_healthy = False
            _log.error("the disk failed to keep a file: none is taken in until a restart", exc_info=error)
            raise Busy(retry_after_s=RETRY_S) from error

    def _begin(self, blob: BlobId) -> int:
        if not self.is_healthy:
            raise Busy(retry_after_s=RETRY_S)
        with as_problems():
            return os.open(self.incoming_of(blob), _WRITE | os.O_CREAT | os.O_EXCL, 0o600)

    def _begin_again(self, blob: BlobId) -> int:
        """A blob of which nothing is durable yet: whether it was begun or not."""
        try:
            descriptor = self._begin(blob)
        except FileExistsError:
            descriptor = self._go_on(blob, 0)
        self._trust(lambda: sync_folder(self._folder / _INCOMING))  # its bytes will be vouched for before it is renamed
        return descriptor

    def _go_on(self, blob: BlobId, offset: int) -> int:
        if not self.is_healthy:
            raise Busy(retry_after_s=RETRY_S)
        try:
            return os.open(self.incoming_of(blob), _WRITE)
        except FileNotFoundError:
            return self._take_back(blob, offset)

    def _take_back(self, blob: BlobId, offset: int) -> int:
        """A blob that was made whole, and its row never heard of the last bytes: they come again. Raises ContentLost.

        One of just `offset` bytes stays as it is: whoever made it whole may be about to name it.
        """
        final = self.path_of(blob)
        try:
            if final.stat().st_size <= offset:
                raise ContentLost
            self._trust(lambda: final.rename(self.incoming_of(blob)))
        except FileNotFoundError:
            raise ContentLost from None
        self._trust(lambda: sync_folder(self._folder / _INCOMING))
        return os.open(self.incoming_of(blob), _WRITE)

    def _complete(self, blob: BlobId, size_bytes: int) -> Receipt:
        try:
            descriptor = os.open(self.incoming_of(blob), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return self._receipt(blob, size_bytes)
        try:
            lock(descriptor)
            if os.fstat(descriptor).st_size < size_bytes:
                raise ContentLost
            os.ftruncate(descriptor, size_bytes)
            digests = self.digests.before(blob, size_bytes)
            digests.read_on(descriptor, size_bytes)
            self.sync(descriptor)
            self.name(blob)
        finally:
            os.close(descriptor)
        self.digests.forget(blob)
        return digests.receipt(blob)

    def _receipt(self, blob: BlobId, size_bytes: int) -> Receipt:
        """That of a finished blob, by reading it."""
        try:
            descriptor = os.open(self.path_of(blob), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            if size_bytes:
                raise ContentLost from None
            return self.create(blob).finish()  # an empty one, of which nothing ever came
        try:
            if os.fstat(descriptor).st_size != size_bytes:
                raise ContentLost
            digests = Digests()
            digests.read_on(descriptor, size_bytes)
        finally:
            os.close(descriptor)
        self._trust(lambda: sync_folder(self.path_of(blob).parent))  # whoever named it may not have come so far
        return digests.receipt(blob)


class DiskReader:
    """See `kernel.ports.BlobReader`."""

    __slots__ = ("_descriptor", "size_bytes")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size_bytes = os.fstat(descriptor).st_size

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`."""
        return os.pread(self._descriptor, count, offset)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._descriptor)


def _named_in(folder: Path) -> Iterator[BlobId]:
    for entry in os.scandir(folder):
        if _NAME.fullmatch(entry.name):
            yield BlobId(int(entry.name, 16))
