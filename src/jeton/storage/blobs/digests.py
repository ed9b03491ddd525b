"""MD5 and SHA-256 of bytes on their way in, kept running from one request to the next while the process lasts.

What is remembered is always of durable bytes that a row vouches for; what is forgotten is read again from the disk.
"""

import hashlib
import os
import threading
from collections import OrderedDict
from typing import Final

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Receipt
from jeton.kernel.problems import ContentLost

_CHUNK: Final = 1 << 20
_MOST: Final = 4096


class Digests:
    """Of the first `size_bytes` of a blob."""

    __slots__ = ("_md5", "_sha256", "size_bytes")

    def __init__(self) -> None:
        self.size_bytes = 0
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()

    def update(self, chunk: bytes) -> None:
        """Take more bytes in."""
        self._md5.update(chunk)
        self._sha256.update(chunk)
        self.size_bytes += len(chunk)

    def copy(self) -> "Digests":
        """As they are now."""
        copied = Digests()
        copied._md5, copied._sha256, copied.size_bytes = self._md5.copy(), self._sha256.copy(), self.size_bytes
        return copied

    def read_on(self, descriptor: int, size_bytes: int) -> None:
        """Go on to `size_bytes` by reading. Raises ContentLost."""
        while self.size_bytes < size_bytes:
            chunk = os.pread(descriptor, min(_CHUNK, size_bytes - self.size_bytes), self.size_bytes)
            if not chunk:
                raise ContentLost
            self.update(chunk)

    def receipt(self, blob: BlobId) -> Receipt:
        """What is known of a blob of just these bytes."""
        return Receipt(
            blob=blob, size_bytes=self.size_bytes, md5=self._md5.hexdigest(), sha256=self._sha256.hexdigest()
        )


class RunningDigests:
    """Those of blobs that are not finished, the oldest forgotten when there are too many."""

    __slots__ = ("_kept", "_lock")

    def __init__(self) -> None:
        self._kept: OrderedDict[BlobId, Digests] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, blob: BlobId, offset: int) -> Digests | None:
        """Those of exactly so many bytes, if they are known."""
        if not offset:
            self.forget(blob)
            return Digests()
        with self._lock:
            kept = self._kept.get(blob)
            return kept.copy() if kept is not None and kept.size_bytes == offset else None

    def before(self, blob: BlobId, size_bytes: int) -> Digests:
        """Those of as many of the first bytes as are known."""
        with self._lock:
            kept = self._kept.get(blob)
            return kept.copy() if kept is not None and kept.size_bytes <= size_bytes else Digests()

    def keep(self, blob: BlobId, digests: Digests) -> None:
        """Remember some."""
        with self._lock:
            self._kept[blob] = digests.copy()
            self._kept.move_to_end(blob)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)

    def forget(self, blob: BlobId) -> None:
        """Nobody goes on with it."""
        with self._lock:
            self._kept.pop(blob, None)
