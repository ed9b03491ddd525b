"""What one asks about the trash. Source: wire/files.md section 8.6; decisions.md, "Trash"."""

from dataclasses import dataclass

from jeton.families.documents.model.folders import MOST_ROWS
from jeton.kernel.ids import FolderId
from jeton.kernel.problems import Conflict
from jeton.kit.text import sentence


class PlaceGone(Conflict):
    """The folder that held it is gone, or out of the caller's sight."""

    code = "place_gone"
    sentence = sentence("The place where this was, “{place}”, is not there any more. Say where to restore it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTrash:
    """A page of the caller's entries, or of those of others within the caller's reach."""

    others: bool = False
    offset: int = 0
    limit: int = MOST_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTrash:
    """One entry of the trash."""

    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """An entry to bring back: where it was, or in `parent`; under its name, or `name`."""

    entry: int
    parent: FolderId | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyTrash:
    """All that the caller deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewTrash:
    """A page of the trash, from 1."""

    others: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEntry:
    """One entry, and the folder that is looked into to restore it there; None: where it was."""

    entry: int
    within: FolderId | None = None
    page: int = 1
