"""A backup is read whole, and its restore rehearsed: its rows go into a database that is thrown away afterwards."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from jeton.storage.backup.blobs import check_all
from jeton.storage.backup.layout import BLOB_COLUMNS, BLOBS, EVERY_BLOB, Blob, Damaged, Progress, digest_of, read_lines
from jeton.storage.backup.manifest import Manifest, NoBackup, read_manifest
from jeton.storage.backup.restore import load
from jeton.storage.backup.rows import Unfit, snapshot
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.sql.check import check_rows
from jeton.storage.sql.migrate import TooNew
from jeton.storage.sql.sqlite import DATABASE, SqliteSession, open_reader


def verify(directory: Path, progress: Progress) -> list[str]:
    """What is wrong with a backup, one sentence each; an empty list when it can be restored whole. Raises NoBackup."""
    try:
        manifest = read_manifest(directory)
    except Damaged as damage:
        return [str(damage)]
    of_rows = list(_rows(directory, manifest, progress))
    of_bytes = list(_bytes(directory, manifest, progress))
    rehearsed = [] if of_rows else list(_rehearsed(directory, manifest, progress))
    return of_rows + of_bytes + rehearsed


def _rows(directory: Path, manifest: Manifest, progress: Progress) -> Iterator[str]:
    for lines in (*manifest.tables, manifest.blobs):
        progress(f"table {lines.name}")
        try:
            for _ in read_lines(directory, lines):
                pass
        except Damaged as damage:
            yield str(damage)


def _bytes(directory: Path, manifest: Manifest, progress: Progress) -> Iterator[str]:
    lost = {one.blob: one.fault for one in manifest.lost}
    there = 0
    listed = (Blob(*row) for row in read_lines(directory, manifest.blobs))
    try:
        for count, (blob, fault) in enumerate(check_all(listed, DiskBlobs(directory / BLOBS)), 1):
            progress(f"file {count} of {manifest.blobs.rows}")
            there += fault != "is not there"
            if blob.id in lost:
                yield f"Blob {blob.id} is not in the backup: when that was made, it {_then(lost[blob.id])}."
            elif fault is not None:
                yield f"Blob {blob.id} {fault}."
    except Damaged:
        return  # told already
    strays = sum(1 for _ in (directory / BLOBS).glob("??/*")) - there
    if strays:
        yield f"{strays} file(s) of {BLOBS} are not in the list of them."


def _then(fault: str) -> str:
    """A fault, told as of the past."""
    begin, _, rest = fault.partition(" ")
    return f"{ {'is': 'was', 'has': 'had', 'cannot': 'could not'}.get(begin, begin) } {rest}"


def _rehearsed(directory: Path, manifest: Manifest, progress: Progress) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="jeton-verify-") as name:
        data = Path(name)
        try:
            load(directory, manifest, data, None, progress)
        except (Damaged, Unfit) as fault:
            yield f"{fault}".removesuffix(".") + "."
            return
        except TooNew:
            raise NoBackup(f"the backup in {directory.absolute()} was written by a newer release of jeton") from None
        with snapshot(data, None) as moment:
            _, digest = digest_of(BLOB_COLUMNS, moment.rows(EVERY_BLOB))
        if digest != manifest.blobs.sha256:
            yield "The list of files is not that of the rows."
        reader = open_reader(data / DATABASE)
        try:
            yield from check_rows(SqliteSession(reader))
        finally:
            reader.close()
