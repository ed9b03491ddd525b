"""One blob while it is written: bytes, their digests, and what makes them durable."""

import errno
import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Receipt
from jeton.kernel.problems import Busy, InUse, NoSpace
from jeton.storage.blobs.digests import Digests

if TYPE_CHECKING:
    from jeton.storage.blobs.disk import DiskBlobs

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FAILING: Final = frozenset({errno.EIO, errno.EROFS, errno.ENXIO, errno.ESTALE, errno.EMFILE, errno.ENFILE})
RETRY_S: Final = 30

_log = logging.getLogger(__name__)


class DiskWriter:
    """See `kernel.ports.BlobWriter`."""

    __slots__ = ("_blob", "_blobs", "_descriptor", "_digests", "size_bytes")

    def __init__(self, blobs: "DiskBlobs", blob: BlobId, descriptor: int, digests: Digests | None, offset: int) -> None:
        """`digests` are those of the first `offset` bytes; None when they are to be read again at the end."""
        self._blobs = blobs
        self._blob = blob
        self._descriptor: int | None = descriptor
        self._digests = digests
        self.size_bytes = offset

    def write(self, chunk: bytes) -> None:
        """Add bytes. Raises NoSpace, Busy."""
        self.store(chunk)
        self.digest(chunk)

    def store(self, chunk: bytes) -> None:
        """The half of `write` that waits for the disk."""
        descriptor = self._open()
        rest = memoryview(chunk)
        with as_problems():
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        self.size_bytes += len(chunk)

    def digest(self, chunk: bytes) -> None:
        """The half of `write` that calculates."""
        if self._digests is not None:
            self._digests.update(chunk)

    def sync(self) -> int:
        """Make what was written durable; how many bytes there are. Raises NoSpace; Busy when the disk failed to."""
        self._blobs.sync(self._open())
        return self.size_bytes

    def keep(self, offset: int) -> None:
        """A row vouches for `offset` bytes: if that is all, whoever goes on need not read it again."""
        if self._digests is not None and self._digests.size_bytes == offset:
            self._blobs.digests.keep(self._blob, self._digests)

    def finish(self) -> Receipt:
        """Sync, rename, sync the folder. Raises NoSpace; Busy when the disk failed to sync."""
        self.sync()
        self.close()
        if self._digests is None:  # another process wrote the beginning
            return self._blobs.complete(self._blob, self.size_bytes)
        self._blobs.name(self._blob)
        self._blobs.digests.forget(self._blob)
        return self._digests.receipt(self._blob)

    def close(self) -> None:
        """Let go of it; what was written stays, to be gone on with."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def abort(self) -> None:
        """Throw it away; where the disk fails to, a row says that it is to go."""
        self.close()
        with suppress(OSError):
            self._blobs.incoming_of(self._blob).unlink(missing_ok=True)

    def _open(self) -> int:
        if self._descriptor is None:
            raise ValueError("this blob is finished or thrown away")
        return self._descriptor


def lock(descriptor: int) -> None:
    """Be the only one that writes to a file, whoever has a row that says so. Raises InUse.

    A process that stood still while its lease ended may wake up in the middle of a write: the row fences what it says,
    and this fences its bytes. The kernel lets go when the process ends.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InUse from None


@contextmanager
def as_problems() -> Iterator[None]:
    """Tell a full disk as NoSpace, and a failing one as Busy, since another time may find it mended."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoSpace from error
        if error.errno in _FAILING:
            _log.error("the disk of the files fails", exc_info=error)
            raise Busy(retry_after_s=RETRY_S) from error
        raise
