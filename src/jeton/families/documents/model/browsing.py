"""What the console's pages of files ask: one folder at a time, what was ticked in it, and where it goes."""

from dataclasses import dataclass
from enum import Enum

from jeton.kernel.ids import FileId, FolderId


class Order(Enum):
    """What a listing is ordered by; folders stand before files in any case."""

    NAME = "name"
    SIZE = "size"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPlaces:
    """The highest folders that one sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseFolder:
    """A page of a folder, from 1. `undo` are entries of the trash that were just made here."""

    folder: FolderId
    order: Order = Order.NAME
    is_reversed: bool = False
    page: int = 1
    undo: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeHere:
    """A new folder in the one that is looked at."""

    folder: FolderId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameHere:
    """Another name for something in the folder that is looked at: a file, or else a folder."""

    folder: FolderId
    name: str
    file: FileId | None = None
    subfolder: FolderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What was ticked in a folder."""

    folder: FolderId
    files: tuple[FileId, ...] = ()
    folders: tuple[FolderId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Entries of the trash, to bring back where they were."""

    folder: FolderId
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePlace(Ticked):
    """Where what was ticked might go: the folder that is looked into, None for the places to begin at."""

    within: FolderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInto(Ticked):
    """What was ticked, into another folder."""

    target: FolderId
