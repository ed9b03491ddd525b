"""Bytes copied from one folder of blobs to another, or only looked at: each against the SHA-256 that its row keeps."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from jeton.kernel.blobs import BlobReader
from jeton.kernel.ids import BlobId
from jeton.storage.backup.layout import Blob
from jeton.storage.blobs.disk import DiskBlobs

_CHUNK: Final = 1024 * 1024
_HANDS: Final = 4
_WAITING: Final = 64


def copy_all(blobs: Iterable[Blob], source: DiskBlobs, target: DiskBlobs) -> Iterator[tuple[Blob, str | None]]:
    """Each blob, and what is wrong with it in the source: such a one is left out. Raises NoSpace, Busy."""
    return _with_hands(blobs, lambda blob: _copy(blob, source, target))


def check_all(blobs: Iterable[Blob], source: DiskBlobs) -> Iterator[tuple[Blob, str | None]]:
    """Each blob, and what is wrong with it."""
    return _with_hands(blobs, lambda blob: _take(blob, source, lambda _chunk: None))


def _with_hands(blobs: Iterable[Blob], act: Callable[[Blob], str | None]) -> Iterator[tuple[Blob, str | None]]:
    """Several at a time, since disks and digests wait for nobody; answered in order."""
    with ThreadPoolExecutor(_HANDS, thread_name_prefix="jeton-backup") as hands:
        begun: deque[tuple[Blob, Future[str | None]]] = deque()
        try:
            for blob in blobs:
                begun.append((blob, hands.submit(act, blob)))
                if len(begun) == _WAITING:
                    first, result = begun.popleft()
                    yield first, result.result()
            while begun:
                first, result = begun.popleft()
                yield first, result.result()
        finally:
            for _, waiting in begun:
                waiting.cancel()


def _copy(blob: Blob, source: DiskBlobs, target: DiskBlobs) -> str | None:
    writer = target.create(BlobId(blob.id))
    try:
        fault = _take(blob, source, writer.write)
        if fault is None:
            writer.finish()
        return fault
    finally:
        writer.abort()


def _take(blob: Blob, source: DiskBlobs, give: Callable[[bytes], None]) -> str | None:
    """Read a whole blob, handing it on; what is wrong with it."""
    reader: BlobReader | None
    try:
        reader = source.open(BlobId(blob.id))
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if reader is None:
        return "is not there"
    try:
        if reader.size_bytes != blob.size_bytes:
            return f"has {reader.size_bytes} bytes instead of {blob.size_bytes}"
        digest = hashlib.sha256()
        for offset in range(0, blob.size_bytes, _CHUNK):
            try:
                chunk = reader.read(offset, _CHUNK)
            except OSError as error:
                return f"cannot be read ({error.strerror})"
            digest.update(chunk)
            give(chunk)
    finally:
        reader.close()
    return None if digest.hexdigest() == blob.sha256 else "is not what was stored"
