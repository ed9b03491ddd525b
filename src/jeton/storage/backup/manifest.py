"""The manifest: written last, so that a folder without one is no backup. It says what everything else must be.

It carries the SHA-256 of itself, which finds an accident. Who may write to the folder can forge both.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from jeton.kit.clock import Instant
from jeton.storage.backup.layout import BLOBS, Column, Damaged, Lines, is_name

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"


class NoBackup(Exception):
    """There is no backup in a folder, or none that this release can read; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A blob that was not whole when the backup was made, and so is not in it."""

    blob: int
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `heads` are the migrations that its tables had."""

    release: str
    made_at: Instant
    engine: str
    heads: tuple[str, ...]
    tables: tuple[Lines, ...]
    blobs: Lines
    blob_bytes: int
    lost: tuple[Lost, ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(lines.rows for lines in self.tables)


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Make a folder a backup, for good. Raises OSError."""
    members = asdict(manifest)
    members["tables"] = [_members(lines) for lines in manifest.tables]
    members["blobs"] = _members(manifest.blobs)
    members = {"format": FORMAT, **members}
    text = json.dumps({**members, "sha256": _digest(members)}, indent=1, ensure_ascii=False) + "\n"
    begun = directory / f"{MANIFEST}.begun"
    begun.touch(mode=0o600)
    with begun.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    begun.rename(directory / MANIFEST)


def read_manifest(directory: Path) -> Manifest:
    """What a backup says of itself. Raises NoBackup, Damaged."""
    try:
        text = (directory / MANIFEST).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise NoBackup(
            f"there is no backup in {directory.absolute()}, or making it did not end: it has no {MANIFEST}"
        ) from None
    except OSError as error:
        raise NoBackup(f"{directory.absolute() / MANIFEST} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Damaged(f"{MANIFEST} is not what was written.") from None
    try:
        members = json.loads(text)
        told = members.pop("sha256")
        if told != _digest(members):
            raise Damaged(f"{MANIFEST} is not what was written: its own SHA-256 says otherwise.")
        if members["format"] != FORMAT:
            raise NoBackup(f"the backup in {directory.absolute()} was written by a newer release of jeton")
        return _manifest(members)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(f"{MANIFEST} is not a manifest of jeton.") from None


def _digest(members: dict[str, Any]) -> str:
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _members(lines: Lines) -> dict[str, Any]:
    return {**lines._asdict(), "columns": [list(column) for column in lines.columns]}


def _lines(members: dict[str, Any]) -> Lines:
    columns = tuple(Column(*column) for column in members["columns"])
    if not all(map(is_name, (members["name"], *(column.name for column in columns)))):
        raise ValueError(members["name"])
    return Lines(members["name"], columns, members["rows"], members["size_bytes"], members["sha256"])


def _manifest(members: dict[str, Any]) -> Manifest:
    manifest = Manifest(
        release=members["release"],
        made_at=members["made_at"],
        engine=members["engine"],
        heads=tuple(members["heads"]),
        tables=tuple(map(_lines, members["tables"])),
        blobs=_lines(members["blobs"]),
        blob_bytes=members["blob_bytes"],
        lost=tuple(Lost(**lost) for lost in members["lost"]),
    )
    if manifest.blobs.name != BLOBS or any(lines.name == BLOBS for lines in manifest.tables):
        raise ValueError(BLOBS)
    return manifest
