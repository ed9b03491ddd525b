"""A blob that comes in pieces: what is durable is gone on with, what is not is cut off, and one writes at a time."""

import hashlib
from pathlib import Path

import pytest

from jeton.kernel.problems import ContentLost, InUse
from jeton.storage.blobs.disk import DiskBlobs, prepare_folder
from jeton.testing.contracts.blobs import ONE, OTHER, content_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_folder(tmp_path / "blobs")
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> DiskBlobs:
    return DiskBlobs(folder)


def add(blobs: DiskBlobs, offset: int, content: bytes) -> int:
    writer = blobs.resume(ONE, offset)
    writer.write(content)
    size = writer.sync()
    writer.keep(size)
    writer.close()
    return size


def test_pieces_make_a_blob_with_the_digests_of_the_whole(blobs: DiskBlobs) -> None:
    assert add(blobs, 0, b"one ") == 4
    assert add(blobs, 4, b"two") == 7
    assert (blobs.open(ONE), list(blobs.incoming()), blobs.size_of(ONE)) == (None, [ONE], 7)
    receipt = blobs.complete(ONE, 7)
    assert receipt.md5 == hashlib.md5(b"one two").hexdigest()
    assert receipt.sha256 == hashlib.sha256(b"one two").hexdigest()
    assert content_of(blobs, ONE) == b"one two"
    assert blobs.complete(ONE, 7) == receipt
    assert list(blobs.incoming()) == []


def test_another_process_goes_on_and_reads_what_it_did_not_write(folder: Path, blobs: DiskBlobs) -> None:
    add(blobs, 0, b"one ")
    other = DiskBlobs(folder)
    add(other, 4, b"two ")
    add(blobs, 8, b"three")
    for either in (blobs, other):
        assert either.complete(ONE, 13).sha256 == hashlib.sha256(b"one two three").hexdigest()


def test_what_lies_beyond_what_is_durable_is_cut_off_and_counts_in_no_digest(blobs: DiskBlobs) -> None:
    add(blobs, 0, b"one ")
    writer = blobs.resume(ONE, 4)
    writer.write(b"never told of")
    writer.sync()
    writer.close()
    add(blobs, 4, b"two")
    writer = blobs.resume(ONE, 7)
    writer.write(b"neither")
    writer.close()
    assert blobs.complete(ONE, 7).md5 == hashlib.md5(b"one two").hexdigest()
    assert content_of(blobs, ONE) == b"one two"


def test_one_that_was_made_whole_and_of_which_no_row_heard_is_gone_on_with(folder: Path, blobs: DiskBlobs) -> None:
    add(blobs, 0, b"one ")
    add(blobs, 4, b"two")
    blobs.complete(ONE, 7)
    with pytest.raises(ContentLost):  # whoever made it whole may be about to name it
        blobs.resume(ONE, 7)
    other = DiskBlobs(folder)
    add(other, 4, b"three")
    assert (other.open(ONE), list(other.incoming())) == (None, [ONE])
    assert other.complete(ONE, 9).sha256 == hashlib.sha256(b"one three").hexdigest()


def test_one_writes_at_a_time(folder: Path, blobs: DiskBlobs) -> None:
    writer = blobs.resume(ONE, 0)
    for other in (blobs, DiskBlobs(folder)):
        with pytest.raises(InUse):
            other.resume(ONE, 0)
        with pytest.raises(InUse):
            other.complete(ONE, 0)
    writer.close()
    blobs.resume(ONE, 0).close()


def test_bytes_that_are_not_there_are_told_as_lost(blobs: DiskBlobs) -> None:
    with pytest.raises(ContentLost):
        blobs.resume(ONE, 4)
    add(blobs, 0, b"one")
    for call in (lambda: blobs.resume(ONE, 4), lambda: blobs.complete(ONE, 4), lambda: blobs.complete(OTHER, 4)):
        with pytest.raises(ContentLost):
            call()


def test_nothing_at_all_makes_an_empty_blob(blobs: DiskBlobs) -> None:
    assert blobs.complete(ONE, 0).md5 == hashlib.md5().hexdigest()
    assert content_of(blobs, ONE) == b""
