"""Whether open uploads are whole: the bytes that they say are there, and the room that they reserve. For `check`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from jeton.kernel.ids import BlobId
from jeton.kernel.tree import DEEPEST
from jeton.storage.sql.schema.uploads import reservations, uploads
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

if TYPE_CHECKING:
    from jeton.storage.sql.check import ListedBlobs


class UploadRow(NamedTuple):
    """An upload, as it is checked."""

    key: str
    folder: int
    blob: int | None
    offset_bytes: int
    reserved_bytes: int


_UPLOADS: Final = Sql(
    select(uploads.c.key, uploads.c.folder_id, uploads.c.blob_id, uploads.c.offset_bytes, uploads.c.reserved_bytes),
    UploadRow,
)
_RESERVATIONS: Final = Sql(
    select(reservations.c.folder_id, reservations.c.size_bytes), lambda folder, size_bytes: (folder, size_bytes)
)


def uploads_of(session: Session) -> dict[int, UploadRow]:
    """Uploads that hold bytes, by their blobs."""
    return {upload.blob: upload for upload in session.all(_UPLOADS) if upload.blob is not None}


def check_reservations(session: Session, parents: Mapping[int, int | None]) -> Iterator[str]:
    """What folders say that is reserved in them, against what the uploads into them take."""
    recount: Counter[int] = Counter()
    for upload in session.all(_UPLOADS):
        up: int | None = upload.folder if upload.reserved_bytes else None
        for _ in range(DEEPEST + 1):
            if up is None or up not in parents:
                break
            recount[up] += upload.reserved_bytes
            up = parents[up]
    kept = dict(session.all(_RESERVATIONS))
    for folder in sorted((recount.keys() | kept.keys()) & parents.keys()):
        told, counted = kept.get(folder, 0), recount[folder]
        if told != counted:
            yield f"Folder {folder} reserves {told} bytes for uploads, and those that are open take {counted}."


def check_under_way(
    of_blob: Mapping[int, UploadRow], named: set[int], blobs: "ListedBlobs", incoming: set[BlobId]
) -> Iterator[str]:
    """Uploads by the blobs that they hold, against other rows and the disk."""
    for blob, upload in of_blob.items():
        if blob in named:
            yield f"Blob {blob} is of upload {upload.key}, and something else names it as well."
        there = blobs.size_of(BlobId(blob)) or 0
        if there < upload.offset_bytes:
            yield f"Upload {upload.key} says that {upload.offset_bytes} bytes are there, and {there} are."
    for stray in sorted(incoming - named - of_blob.keys()):
        if blobs.size_of(stray) is not None:
            yield f"Blob {stray} is being written, and nothing tells of it."
