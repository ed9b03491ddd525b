"""A backup is made beside whoever serves: rows first, as one moment had them, then the bytes that they name.

Bytes never change, and a hold keeps them on the disk until they are copied.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import jeton
from jeton.kernel.ports import Work
from jeton.kernel.problems import Problem
from jeton.kit.clock import Clock, Instant
from jeton.storage.backup.blobs import copy_all
from jeton.storage.backup.layout import (
    BLOB_COLUMNS,
    BLOBS,
    EVERY_BLOB,
    Blob,
    Progress,
    columns_of,
    every_row,
    read_lines,
    tables,
    write_lines,
)
from jeton.storage.backup.manifest import Lost, Manifest, write_manifest
from jeton.storage.backup.rows import heads_of, snapshot
from jeton.storage.blobs.disk import DiskBlobs, prepare_folder, sync_folder
from jeton.storage.sql import holds
from jeton.storage.sql.engines import CommandWorks
from jeton.storage.work import SqlWork


class Taken(Exception):
    """A backup may not be made where something lies."""


class Late(Exception):
    """The hold on the bytes ended while they were being copied: this machine stood still for hours."""


def create(
    directory: Path,
    data: Path,
    url: str | None,
    blobs: DiskBlobs,
    works: CommandWorks,
    clock: Clock,
    progress: Progress,
) -> Manifest:
    """Make a backup in a folder that is not there yet, or is empty; what it holds. A failure takes it away again.

    Every write that was acknowledged before is in it. A blob that is not whole is left out, and told in `lost`.
    Raises Taken, Late, OSError, NoSpace; on PostgreSQL Unreachable.
    """
    was_there = _take(directory)
    try:
        with _hold(works, clock) as keep_on:
            made = _fill(directory, data, url, blobs, clock, progress, keep_on)
        for folder in (directory / "tables", directory):
            sync_folder(folder)
        write_manifest(directory, made)
        for folder in (directory, directory.parent):
            sync_folder(folder)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        if was_there:
            directory.mkdir(mode=0o700, exist_ok=True)
        raise
    return made


def _take(directory: Path) -> bool:
    """Make the folder ours; whether it was there, and empty."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    try:
        directory.mkdir(mode=0o700)
        was_there = False
    except FileExistsError:
        if not directory.is_dir() or any(directory.iterdir()):
            raise Taken(f"{directory.absolute()} is not empty: a backup is made in a new folder") from None
        was_there = True
        directory.chmod(0o700)  # it will hold digests of secrets
    (directory / "tables").mkdir(mode=0o700)
    return was_there


def _fill(
    directory: Path,
    data: Path,
    url: str | None,
    blobs: DiskBlobs,
    clock: Clock,
    progress: Progress,
    keep_on: Callable[[], None],
) -> Manifest:
    made_at = clock()
    written = []
    with snapshot(data, url) as moment:
        heads = heads_of(moment)
        for table in tables():
            progress(f"table {table.name}")
            written.append(write_lines(directory, table.name, columns_of(table), moment.rows(every_row(table))))
        listed = write_lines(directory, BLOBS, BLOB_COLUMNS, moment.rows(EVERY_BLOB))
    prepare_folder(directory / BLOBS)
    lost = []
    size_bytes = 0
    named = (Blob(*row) for row in read_lines(directory, listed))
    for count, (blob, fault) in enumerate(copy_all(named, blobs, DiskBlobs(directory / BLOBS)), 1):
        if fault is None:
            size_bytes += blob.size_bytes
        else:
            lost.append(Lost(blob=blob.id, fault=fault))
        keep_on()
        progress(f"file {count} of {listed.rows}, {size_bytes:,} bytes")
    return Manifest(
        release=jeton.__version__,
        made_at=made_at,
        engine="sqlite" if url is None else "postgresql",
        heads=heads,
        tables=tuple(written),
        blobs=listed,
        blob_bytes=size_bytes,
        lost=tuple(lost),
    )


@contextmanager
def _hold(works: CommandWorks, clock: Clock) -> Iterator[Callable[[], None]]:
    """Keep every blob on the disk; what is yielded is called now and then to go on."""

    def begin(work: Work) -> tuple[int, Instant]:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        number = work.mint.number(work.now)
        holds.hold(work.session, number, work.now)
        return number, work.now

    number, renewed_at = works.write(begin)

    def renew(work: Work) -> Instant:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        if not holds.renew(work.session, number, work.now):
            raise Late("the copy stood still for hours, and bytes may be gone meanwhile: make it again")
        return work.now

    def keep_on() -> None:
        nonlocal renewed_at
        if clock() - renewed_at >= holds.RENEWED_EVERY:
            renewed_at = works.write(renew)

    def end(work: Work) -> None:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        holds.release(work.session, number)

    try:
        yield keep_on
    finally:
        with suppress(Problem):  # it ends by itself
            works.write(end)
