"""What `doctor` says of open uploads: nothing when all is well, one sentence for each thing that is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.kernel.ids import BlobId, FolderId, PrincipalId
from jeton.kernel.uploads import OpenUpload, UploadKind
from jeton.storage.sql.tests.test_check import Kept, number_of
from jeton.testing.contracts.values import NOW

COMING, STRAY = BlobId(77 << 20), BlobId(78 << 20)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """The small platform, and an upload of ten bytes into its deepest folder of which four are there."""
    kept = Kept(tmp_path)
    upload = OpenUpload(
        id=5, key="k3yk3yk3y", kind=UploadKind.TUS, principal=PrincipalId(1), client_id=None,
        folder=FolderId(number_of(kept, "Bridge")), name="big.bin", size_bytes=10, md5=None, created_at=None,
        modified_at=None, chunks=0, position=0, metadata="", blob=COMING, offset_bytes=4, reserved_bytes=10, fence=1,
        leased_until=0, expires_at=NOW + 1, file=None, finished_at=None,
    )  # fmt: skip
    kept.work.uploads.add(upload)
    writer = kept.blobs.resume(COMING, 0)
    writer.write(b"0123 and more")
    writer.close()
    yield kept
    kept.connection.close()


def test_an_open_upload_gives_nothing(kept: Kept) -> None:
    assert kept.findings() == []
    kept.blobs.complete(COMING, 4)  # as when it is made whole, and its end has not come
    assert kept.findings() == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE uploads SET offset_bytes = 40", "Upload k3yk3yk3y says that 40 bytes are there, and 13 are."),
        ("UPDATE uploads SET reserved_bytes = 3", "Folder 1 reserves 10 bytes for uploads, and those"),
        ("DELETE FROM reservations WHERE folder_id = 1", "Folder 1 reserves 0 bytes for uploads"),
        ("DELETE FROM uploads", f"Blob {COMING} is being written, and nothing tells of it."),
        (f"INSERT INTO blob_doomed VALUES ({COMING}, 1)", f"Blob {COMING} is of upload k3yk3yk3y, and something else"),
    ],
)  # fmt: skip
def test_each_thing_that_is_not_well_is_told(kept: Kept, damage: str, told: str) -> None:
    kept.damage(damage)
    assert any(told in finding for finding in kept.findings()), kept.findings()


def test_bytes_that_no_row_tells_of_are_found(kept: Kept) -> None:
    kept.blobs.resume(STRAY, 0).close()
    assert kept.findings() == [f"Blob {STRAY} is being written, and nothing tells of it."]
