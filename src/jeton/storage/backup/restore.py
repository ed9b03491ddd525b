"""A backup becomes a platform again, where there is none: all of it, or nothing that could be served.

Bytes come first and the database last, in one transaction. A mark lies in the data folder from before the first to
after the last: whoever finds it knows that a restore did not end, serves nothing, and may begin it anew.
"""

import hashlib
import os
from pathlib import Path
from typing import Final

from jeton.kernel.problems import Problem
from jeton.storage.backup.blobs import copy_all
from jeton.storage.backup.layout import BLOBS, Blob, Damaged, Progress, read_lines
from jeton.storage.backup.manifest import MANIFEST, Manifest, NoBackup, read_manifest
from jeton.storage.backup.rows import Unfit, filling
from jeton.storage.blobs.disk import DiskBlobs, prepare_folder, sync_folder
from jeton.storage.sql.migrate import NotEmpty, TooNew, check_known, fresh, tables
from jeton.storage.sql.sqlite import FolderLock

MARK: Final = "jeton.restoring"


class HalfRestored(RuntimeError):
    """A restore into this data folder did not end."""


def check_restored(data: Path) -> None:
    """Raises HalfRestored."""
    if (data / MARK).exists():
        raise HalfRestored(
            f"a restore into {data.absolute()} did not end: run the same `jeton backup restore` again, it begins anew"
        )


def restore(directory: Path, data: Path, url: str | None, bytes_folder: Path, progress: Progress) -> Manifest:
    """Make the platform of a backup in an empty data folder, and in an empty database; what it held.

    Each row and each byte is checked on the way; what fails leaves nothing behind. Raises NoBackup, Damaged, Unfit,
    NotEmpty, FolderInUse, NoSpace, OSError; on PostgreSQL Unreachable, UnsoundPostgresql.
    """
    manifest = read_manifest(directory)
    try:
        check_known(manifest.heads)
    except TooNew:
        raise NoBackup(f"the backup in {directory.absolute()} was written by a newer release of jeton") from None
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FolderLock(data)
    try:
        mark = _Mark(data, directory)
        if tables(data, url):
            if not mark.is_of_this:
                raise NotEmpty("there is a platform already: a backup is restored where there is none")
            # The database comes last: all was there, and only the mark was not taken away.
        else:
            _restore(directory, manifest, data, url, bytes_folder, mark, progress)
        mark.remove()
    finally:
        lock.release()
    return manifest


def _restore(
    directory: Path,
    manifest: Manifest,
    data: Path,
    url: str | None,
    bytes_folder: Path,
    mark: "_Mark",
    progress: Progress,
) -> None:
    if mark.is_there:
        _empty(bytes_folder)
    elif any(bytes_folder.glob("??/*")):
        raise NotEmpty(
            f"there are files in {bytes_folder.absolute()} already: a backup is restored where there are none"
        )
    mark.set()
    try:
        prepare_folder(bytes_folder)
        _copy(directory, manifest, DiskBlobs(bytes_folder), progress)
        load(directory, manifest, data, url, progress)
    except (Damaged, Unfit, Problem, OSError):
        # After anything else, such as a COMMIT that nobody answered, the mark stays: the database may be kept, or be
        # kept a moment later, and then the next run finds it so.
        _empty(bytes_folder)
        mark.remove()
        raise


def _empty(bytes_folder: Path) -> None:
    """Take away what an earlier run, or this one, put there."""
    for place in ("??/*", "incoming/*"):
        for file in bytes_folder.glob(place):
            file.unlink()


def _copy(directory: Path, manifest: Manifest, blobs: DiskBlobs, progress: Progress) -> None:
    lost = {one.blob for one in manifest.lost}
    listed = (blob for blob in (Blob(*row) for row in read_lines(directory, manifest.blobs)) if blob.id not in lost)
    for count, (blob, fault) in enumerate(copy_all(listed, DiskBlobs(directory / BLOBS), blobs), 1):
        if fault is not None:
            raise Damaged(f"Blob {blob.id} {fault}.")
        progress(f"file {count} of {manifest.blobs.rows - len(lost)}")


def load(directory: Path, manifest: Manifest, data: Path, url: str | None, progress: Progress) -> None:
    """Rows into an empty database, brought to the newest schema: all of them, or none.

    Raises Damaged, Unfit, TooNew, NotEmpty; on PostgreSQL Unreachable, UnsoundPostgresql.
    """
    with fresh(data, url, manifest.heads) as connection, filling(connection) as filler:
        for lines in manifest.tables:
            progress(f"table {lines.name}")
            filler.fill(lines.name, lines.columns, read_lines(directory, lines))


class _Mark:
    """Says which backup is being restored here."""

    def __init__(self, data: Path, directory: Path) -> None:
        self._file = data / MARK
        self._says = hashlib.sha256((directory / MANIFEST).read_bytes()).hexdigest() + "\n"

    @property
    def is_there(self) -> bool:
        return self._file.exists()

    @property
    def is_of_this(self) -> bool:
        return self.is_there and self._file.read_text(encoding="utf-8") == self._says

    def set(self) -> None:
        with self._file.open("w", encoding="utf-8") as file:
            file.write(self._says)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self._file.parent)

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)
        sync_folder(self._file.parent)
