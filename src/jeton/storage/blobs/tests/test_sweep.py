"""Blobs that nothing names are swept, a few at a time, and no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.kernel.ids import BlobId
from jeton.kit.clock import SECOND
from jeton.kit.mint import SystemMint
from jeton.storage.blobs.disk import DiskBlobs, prepare_folder
from jeton.storage.blobs.sweep import GIVEN_UP_AFTER, sweep_blobs
from jeton.storage.sql.holds import LASTS, hold, release, renew
from jeton.storage.sql.sqlite import DATABASE, SqliteSession, open_writer
from jeton.storage.work import SqlWork
from jeton.testing.contracts.blobs import content_of, keep
from jeton.testing.contracts.values import NOW
from jeton.testing.sqlite import lay_migrated


@pytest.fixture
def work(tmp_path: Path) -> Iterator[SqlWork]:
    lay_migrated(tmp_path)
    connection = open_writer(tmp_path / DATABASE)
    yield SqlWork(SqliteSession(connection), NOW, SystemMint())
    connection.close()


@pytest.fixture
def blobs(tmp_path: Path) -> DiskBlobs:
    prepare_folder(tmp_path / "blobs")
    return DiskBlobs(tmp_path / "blobs")


def test_what_was_announced_and_never_named_goes_after_a_day_finished_or_not(work: SqlWork, blobs: DiskBlobs) -> None:
    finished, begun = BlobId(1), BlobId(2)
    for blob in (finished, begun):
        work.blobs.intend(blob, NOW)
    keep(blobs, finished, b"abc")
    writer = blobs.create(begun)
    assert sweep_blobs(work, blobs, NOW + GIVEN_UP_AFTER, 10) == 0
    assert content_of(blobs, finished) == b"abc"
    assert sweep_blobs(work, blobs, NOW + GIVEN_UP_AFTER + SECOND, 10) == 2
    assert blobs.open(finished) is None
    assert not blobs.incoming_of(begun).exists()
    assert not work.blobs.settled(finished)
    writer.abort()


def test_what_a_row_names_stays(work: SqlWork, blobs: DiskBlobs) -> None:
    work.blobs.intend(BlobId(1), NOW)
    keep(blobs, BlobId(1), b"abc")
    assert work.blobs.settled(BlobId(1))
    assert sweep_blobs(work, blobs, NOW + 2 * GIVEN_UP_AFTER, 10) == 0
    assert content_of(blobs, BlobId(1)) == b"abc"


def test_what_is_doomed_goes_at_once_a_few_at_a_time_even_when_its_bytes_are_gone(
    work: SqlWork, blobs: DiskBlobs
) -> None:
    for number in (1, 2, 3):
        work.blobs.doom(BlobId(number), NOW)
    keep(blobs, BlobId(3), b"abc")
    assert [sweep_blobs(work, blobs, NOW, 2) for _ in range(3)] == [2, 1, 0]
    assert blobs.open(BlobId(3)) is None


def test_what_the_disk_does_not_give_up_is_noted_and_keeps_nobody_waiting(
    work: SqlWork, blobs: DiskBlobs, caplog: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2):
        work.blobs.doom(BlobId(number), NOW)
    work.blobs.intend(BlobId(3), NOW - 2 * GIVEN_UP_AFTER)
    for stuck in (BlobId(1), BlobId(3)):
        blobs.path_of(stuck).mkdir(parents=True)  # nothing that can be unlinked
    keep(blobs, BlobId(2), b"abc")
    assert [sweep_blobs(work, blobs, NOW, 1) for _ in range(3)] == [2, 1, 0]
    assert blobs.open(BlobId(2)) is None
    assert [record.getMessage()[:29] for record in caplog.records] == [
        "Blob 3 cannot be taken away, ",
        "Blob 1 cannot be taken away, ",
    ]
    for stuck in (BlobId(1), BlobId(3)):
        blobs.path_of(stuck).rmdir()
    assert sweep_blobs(work, blobs, NOW + 2 * GIVEN_UP_AFTER + SECOND, 10) == 2
    assert not work.blobs.settled(BlobId(3))


def test_what_is_doomed_stays_while_a_backup_holds_it_and_goes_when_the_hold_ends(
    work: SqlWork, blobs: DiskBlobs
) -> None:
    keep(blobs, BlobId(1), b"abc")
    work.blobs.doom(BlobId(1), NOW)
    hold(work.session, 7, NOW)
    hold(work.session, 8, NOW)
    release(work.session, 7)
    assert sweep_blobs(work, blobs, NOW, 10) == 0
    assert renew(work.session, 8, NOW + LASTS - 1)
    assert sweep_blobs(work, blobs, NOW + LASTS, 10) == 0
    assert content_of(blobs, BlobId(1)) == b"abc"
    release(work.session, 8)
    assert sweep_blobs(work, blobs, NOW + LASTS, 10) == 1


def test_a_hold_that_nobody_renews_ends_by_itself(work: SqlWork, blobs: DiskBlobs) -> None:
    work.blobs.doom(BlobId(1), NOW)
    hold(work.session, 7, NOW)
    assert sweep_blobs(work, blobs, NOW + LASTS - 1, 10) == 0
    assert sweep_blobs(work, blobs, NOW + LASTS, 10) == 1
    assert not renew(work.session, 7, NOW + LASTS)
