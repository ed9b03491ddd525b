"""What a backup is made of: which tables, how a row becomes a line of JSON, and how a file of lines is checked.

A row is a JSON array in the order of the table's columns: whole numbers, text, null, and bytes in base64. Rows stand in
the order of their primary key, so that the same rows give the same file on either engine.
"""

import hashlib
import importlib
import json
import os
import pkgutil
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, LargeBinary, Select, Table, Text, func, select

from jeton.storage.sql import schema
from jeton.storage.sql.schema.tree import versions

Row = tuple[Any, ...]  # whole numbers, text, bytes and None
Progress = Callable[[str], None]
"""Told now and then how far it is, in a few words."""

UNDER_WAY: Final = frozenset({"commits", "blob_holds"})
"""They tell of transactions and backups under way in one database, and mean nothing in another."""

LEFT_OUT: Final = UNDER_WAY | {"uploads", "reservations", "previews", "kept_answers"}
"""A backup leaves out open uploads as well: their bytes change while it copies, and whoever sends them begins again.
And previews, with their bytes: they are made again when somebody looks. And answers kept for who calls again: what a
restored platform does not hold was not done there."""

_KINDS: Final[dict[type[Any], str]] = {BigInteger: "integer", Text: "text", LargeBinary: "bytes"}
_TYPES: Final[dict[str, type]] = {"integer": int, "text": str, "bytes": str}
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Damaged(Exception):
    """A backup is not what was written; the text says what is wrong, in one sentence."""


class Column(NamedTuple):
    """A column, and what it holds: `integer`, `text` or `bytes`."""

    name: str
    kind: str


class Lines(NamedTuple):
    """A file of rows, and what it must be."""

    name: str
    columns: tuple[Column, ...]
    rows: int
    size_bytes: int
    sha256: str


class Blob(NamedTuple):
    """A blob that rows name, and what it must be."""

    id: int
    size_bytes: int
    sha256: str


BLOBS: Final = "blobs"
"""The list of blobs, and the folder of a backup where their bytes lie."""
BLOB_COLUMNS: Final = (Column("id", "integer"), Column("size_bytes", "integer"), Column("sha256", "text"))
EVERY_BLOB: Final[Select[Any]] = (
    select(versions.c.blob_id, func.min(versions.c.size_bytes), func.min(versions.c.sha256))
    .group_by(versions.c.blob_id)
    .order_by(versions.c.blob_id)
)


def tables(*, without: Collection[str] = LEFT_OUT) -> list[Table]:
    """The tables of the newest schema that a backup holds, or all but some."""
    for found in pkgutil.iter_modules(schema.__path__):
        importlib.import_module(f"{schema.__name__}.{found.name}")
    return [table for table in schema.metadata.sorted_tables if table.name not in without]


def columns_of(table: Table) -> tuple[Column, ...]:
    """Its columns."""
    return tuple(Column(column.name, _KINDS[type(column.type)]) for column in table.columns)


def every_row(table: Table) -> Select[Any]:
    """All rows, in the order of the primary key."""
    return select(*table.columns).order_by(*table.primary_key.columns)


def is_name(text: str) -> bool:
    """Whether this could name a table or a column: what a manifest says becomes part of a path and of SQL."""
    return _NAME.fullmatch(text) is not None


def lines_file(directory: Path, name: str) -> Path:
    """Where the rows of a table lie, or the list of blobs."""
    return directory / f"{BLOBS}.jsonl" if name == BLOBS else directory / "tables" / f"{name}.jsonl"


def write_lines(directory: Path, name: str, columns: tuple[Column, ...], rows: Iterable[Row]) -> Lines:
    """Write one file, synced; what it holds. Raises OSError."""
    digest = hashlib.sha256()
    count = size_bytes = 0
    path = lines_file(directory, name)
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb", buffering=1024 * 1024) as file:
        for line in as_lines(columns, rows):
            file.write(line)
            digest.update(line)
            size_bytes += len(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return Lines(name, columns, count, size_bytes, digest.hexdigest())


def as_lines(columns: tuple[Column, ...], rows: Iterable[Row]) -> Iterator[bytes]:
    """Each row as a line."""
    of_bytes = [place for place, column in enumerate(columns) if column.kind == "bytes"]
    for row in rows:
        values = list(row)
        for place in of_bytes:
            if values[place] is not None:
                values[place] = b64encode(values[place]).decode()
        yield _encode(values).encode() + b"\n"


def digest_of(columns: tuple[Column, ...], rows: Iterable[Row]) -> tuple[int, str]:
    """How many rows there are, and the SHA-256 of the file that they would make."""
    digest = hashlib.sha256()
    count = 0
    for line in as_lines(columns, rows):
        digest.update(line)
        count += 1
    return count, digest.hexdigest()


def read_lines(directory: Path, lines: Lines) -> Iterator[Row]:
    """Each row again. Raises Damaged, at the latest after the last row: until then, keep nothing for good."""
    file = lines_file(directory, lines.name)
    told = file.relative_to(directory)
    digest = hashlib.sha256()
    count = 0
    try:
        with file.open("rb") as opened:
            for line in opened:
                digest.update(line)
                count += 1
                yield _row(line, lines.columns, f"{told}, line {count}")
    except OSError as error:
        raise Damaged(f"{told} cannot be read: {error.strerror}.") from error
    if count != lines.rows:
        raise Damaged(f"{told} has {count} lines instead of {lines.rows}.")
    if digest.hexdigest() != lines.sha256:
        raise Damaged(f"{told} is not what was written: its SHA-256 is {digest.hexdigest()}, not {lines.sha256}.")


def _row(line: bytes, columns: tuple[Column, ...], place: str) -> Row:
    try:
        values = json.loads(line)
        if not isinstance(values, list) or len(values) != len(columns):
            raise ValueError("columns")
        for number, (value, column) in enumerate(zip(values, columns, strict=True)):
            if value is None:
                continue
            if type(value) is not _TYPES[column.kind]:
                raise ValueError(column.name)
            if column.kind == "bytes":
                values[number] = b64decode(str(value), validate=True)
    except ValueError:  # bad JSON, UTF-8 or base64 too
        raise Damaged(f"{place} is not a row.") from None
    return tuple(values)
