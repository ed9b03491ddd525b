"""Blobs in a folder: the port's contract, and what a disk does: full, failing, and links laid by others."""

import errno
import os
from pathlib import Path

import pytest

from jeton.kernel.ids import BlobId
from jeton.kernel.problems import Busy, NoSpace
from jeton.storage.blobs.disk import DiskBlobs, prepare_folder
from jeton.testing.contracts.blobs import ONE, OTHER, BlobsContract, content_of, keep


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_folder(tmp_path / "blobs")
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> DiskBlobs:
    return DiskBlobs(folder)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def fails(number: int) -> object:
    def call(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    return call


class TestDiskBlobs(BlobsContract):
    """The port's contract on a local folder."""


def test_shards_are_made_once_for_the_owner_alone(folder: Path) -> None:
    prepare_folder(folder)
    shards = [path for path in folder.iterdir() if path.is_dir()]
    assert len(shards) == 257
    assert {path.stat().st_mode & 0o777 for path in shards} == {0o700}


def test_a_name_is_made_of_the_id_alone_and_the_file_is_its_owner_s(folder: Path, blobs: DiskBlobs) -> None:
    keep(blobs, BlobId(0x1234), b"abc")
    assert files_in(folder) == ["34/0000000000001234"]
    assert (folder / "34/0000000000001234").stat().st_mode & 0o777 == 0o600
    assert list(blobs.every()) == [BlobId(0x1234)]


def test_an_id_that_is_being_written_cannot_be_begun_again(blobs: DiskBlobs) -> None:
    writer = blobs.create(ONE)
    with pytest.raises(FileExistsError):
        blobs.create(ONE)
    writer.abort()


def test_removing_takes_what_is_begun_too(folder: Path, blobs: DiskBlobs) -> None:
    writer = blobs.create(ONE)
    writer.write(b"abc")
    assert not blobs.remove(ONE)
    assert files_in(folder) == []
    writer.abort()


def test_no_link_is_followed(tmp_path: Path, blobs: DiskBlobs) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not yours")
    blobs.path_of(ONE).symlink_to(secret)
    assert blobs.open(ONE) is None, "a link is no blob"
    blobs.incoming_of(OTHER).symlink_to(secret)
    with pytest.raises(OSError, match=os.strerror(errno.EEXIST)):
        blobs.create(OTHER)
    assert secret.read_bytes() == b"not yours"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_is_told_and_leaves_nothing(
    folder: Path, blobs: DiskBlobs, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    writer = blobs.create(ONE)
    with monkeypatch.context() as patched:
        patched.setattr(os, call, fails(number))
        with pytest.raises(NoSpace):  # noqa: PT012 - either may be the one that fails
            writer.write(b"abc")
            writer.finish()
    writer.abort()
    assert files_in(folder) == []
    keep(blobs, OTHER, b"room again")
    assert content_of(blobs, OTHER) == b"room again"


def test_after_a_failed_sync_nothing_is_taken_in_and_all_can_be_read(
    blobs: DiskBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(blobs, OTHER, b"before")
    writer = blobs.create(ONE)
    writer.write(b"abc")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fails(errno.EIO))
        with pytest.raises(Busy):
            writer.finish()
    writer.abort()
    assert not blobs.is_healthy
    with pytest.raises(Busy):
        blobs.create(ONE)
    assert blobs.open(ONE) is None
    assert content_of(blobs, OTHER) == b"before"


def test_the_bytes_are_synced_before_they_have_their_name_and_the_folder_after(
    folder: Path, blobs: DiskBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        seen.append((Path(f"/proc/self/fd/{descriptor}").readlink(), blobs.path_of(ONE).exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    keep(blobs, ONE, b"abc")
    assert seen == [(blobs.incoming_of(ONE), False), (blobs.path_of(ONE).parent, True)]
