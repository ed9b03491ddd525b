"""Blobs as files of a local folder: 256 shards, names made of the id alone, written once and never changed.

Written to a temporary name, synced, renamed, and the folder synced: a blob that is there is whole. After a failed sync
nothing more is promised until a restart (security.md R18, R21, R22).
"""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Receipt
from jeton.kernel.problems import Busy, NoSpace

_SHARDS: Final = 256
_INCOMING: Final = "incoming"
_NAME = re.compile(r"[0-9a-f]{16}")
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


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

    __slots__ = ("_folder", "is_healthy")

    def __init__(self, folder: Path) -> None:
        """The folder must be prepared."""
        self._folder = folder
        self.is_healthy = True

    def create(self, blob: BlobId) -> "DiskWriter":
        """Begin a blob. Raises Busy when the store can no longer be trusted, NoSpace."""
        if not self.is_healthy:
            raise Busy(retry_after_s=30)
        return DiskWriter(self, blob)

    def open(self, blob: BlobId) -> "DiskReader | None":
        """A finished blob, or None."""
        try:
            descriptor = os.open(self.path_of(blob), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        return DiskReader(descriptor)

    def remove(self, blob: BlobId) -> bool:
        """Unlink a blob, finished or begun; whether a finished one was there."""
        self.incoming_of(blob).unlink(missing_ok=True)
        try:
            self.path_of(blob).unlink()
        except FileNotFoundError:
            return False
        return True

    def every(self) -> Iterator[BlobId]:
        """Walk the store: for `doctor` only."""
        for shard in range(_SHARDS):
            for entry in os.scandir(self._folder / f"{shard:02x}"):
                if _NAME.fullmatch(entry.name):
                    yield BlobId(int(entry.name, 16))

    def path_of(self, blob: BlobId) -> Path:
        """Where a finished blob lies: low bits spread over the shards, since ids are in the order of time."""
        return self._folder / f"{blob & 0xFF:02x}" / f"{blob:016x}"

    def incoming_of(self, blob: BlobId) -> Path:
        """Where a blob lies that is being written."""
        return self._folder / _INCOMING / f"{blob:016x}"


class DiskWriter:
    """See `kernel.ports.BlobWriter`."""

    __slots__ = ("_blob", "_blobs", "_descriptor", "_md5", "_sha256", "_size")

    def __init__(self, blobs: DiskBlobs, blob: BlobId) -> None:
        self._blobs = blobs
        self._blob = blob
        self._size = 0
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor: int | None = _or_no_space(lambda: os.open(blobs.incoming_of(blob), flags, 0o600))

    def write(self, chunk: bytes) -> None:
        """Add bytes. Raises NoSpace."""
        descriptor = self._open()
        rest = memoryview(chunk)
        while rest:
            written = _or_no_space(lambda: os.write(descriptor, rest))  # noqa: B023 - called at once
            rest = rest[written:]
        self._md5.update(chunk)
        self._sha256.update(chunk)
        self._size += len(chunk)

    def finish(self) -> Receipt:
        """Sync, rename, sync the folder. Raises NoSpace; Busy when the disk failed to sync."""
        descriptor = self._open()
        final = self._blobs.path_of(self._blob)
        try:
            os.fsync(descriptor)
            os.close(descriptor)
            self._descriptor = None
            self._blobs.incoming_of(self._blob).rename(final)
            sync_folder(final.parent)
        except OSError as error:
            if error.errno in _FULL:
                raise NoSpace from error
            self._blobs.is_healthy = False
            raise Busy(retry_after_s=30) from error
        return Receipt(
            blob=self._blob, size_bytes=self._size, md5=self._md5.hexdigest(), sha256=self._sha256.hexdigest()
        )

    def abort(self) -> None:
        """Throw it away."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._blobs.incoming_of(self._blob).unlink(missing_ok=True)

    def _open(self) -> int:
        if self._descriptor is None:
            raise ValueError("this blob is finished or thrown away")
        return self._descriptor


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


def _or_no_space(call: Callable[[], int]) -> int:
    try:
        return call()
    except OSError as error:
        if error.errno in _FULL:
            raise NoSpace from error
        raise
