"""What every `kernel.ports.Blobs` does. Fixture: `blobs`, empty."""

import hashlib

import pytest

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Blobs

ONE = BlobId(1_855_979_520_000_800_948)
OTHER = BlobId(2)


def keep(blobs: Blobs, blob: BlobId, *chunks: bytes) -> None:
    writer = blobs.create(blob)
    for chunk in chunks:
        writer.write(chunk)
    writer.finish()


def content_of(blobs: Blobs, blob: BlobId) -> bytes | None:
    reader = blobs.open(blob)
    if reader is None:
        return None
    try:
        return reader.read(0, reader.size_bytes)
    finally:
        reader.close()


class BlobsContract:
    """See the module."""

    @pytest.mark.parametrize("chunks", [(), (b"",), (b"abc",), (b"a", b"", b"bc" * 70_000)])
    def test_what_was_written_is_read_and_told_by_its_receipt(self, blobs: Blobs, chunks: tuple[bytes, ...]) -> None:
        whole = b"".join(chunks)
        writer = blobs.create(ONE)
        for chunk in chunks:
            writer.write(chunk)
        receipt = writer.finish()
        assert (receipt.blob, receipt.size_bytes) == (ONE, len(whole))
        assert receipt.md5 == hashlib.md5(whole, usedforsecurity=False).hexdigest()
        assert receipt.sha256 == hashlib.sha256(whole).hexdigest()
        assert content_of(blobs, ONE) == whole

    def test_any_part_can_be_read_and_nothing_beyond_the_end(self, blobs: Blobs) -> None:
        keep(blobs, ONE, b"0123456789")
        reader = blobs.open(ONE)
        assert reader is not None
        assert reader.size_bytes == 10
        assert [reader.read(3, 4), reader.read(8, 10), reader.read(0, 1), reader.read(10, 5)] == [
            b"3456",
            b"89",
            b"0",
            b"",
        ]
        reader.close()

    def test_nothing_is_there_before_it_is_finished(self, blobs: Blobs) -> None:
        writer = blobs.create(ONE)
        writer.write(b"abc")
        assert blobs.open(ONE) is None
        writer.finish()
        assert content_of(blobs, ONE) == b"abc"

    def test_what_is_thrown_away_was_never_there_and_its_place_is_free(self, blobs: Blobs) -> None:
        writer = blobs.create(ONE)
        writer.write(b"abc")
        writer.abort()
        writer.abort()
        assert blobs.open(ONE) is None
        keep(blobs, ONE, b"again")
        assert content_of(blobs, ONE) == b"again"

    def test_aborting_what_is_finished_leaves_it(self, blobs: Blobs) -> None:
        writer = blobs.create(ONE)
        writer.write(b"abc")
        writer.finish()
        writer.abort()
        assert content_of(blobs, ONE) == b"abc"

    def test_what_is_removed_is_gone_and_the_others_stay(self, blobs: Blobs) -> None:
        keep(blobs, ONE, b"one")
        keep(blobs, OTHER, b"other")
        assert blobs.remove(ONE)
        assert blobs.open(ONE) is None
        assert not blobs.remove(ONE)
        assert content_of(blobs, OTHER) == b"other"

    def test_who_reads_goes_on_reading_what_is_removed(self, blobs: Blobs) -> None:
        keep(blobs, ONE, b"0123456789")
        reader = blobs.open(ONE)
        assert reader is not None
        blobs.remove(ONE)
        assert reader.read(0, 10) == b"0123456789"
        reader.close()

    def test_no_blob_is_there_that_nobody_wrote(self, blobs: Blobs) -> None:
        assert blobs.open(ONE) is None
        assert not blobs.remove(ONE)
