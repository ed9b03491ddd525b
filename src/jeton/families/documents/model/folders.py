"""What one asks about folders. Source: wire/files.md section 4."""

from dataclasses import dataclass
from typing import Final

from jeton.kernel.ids import FolderId
from jeton.kernel.problems import Conflict, Forbidden, Invalid, Unknown
from jeton.kernel.tree import RootType
from jeton.kit.clock import Instant
from jeton.kit.text import sentence

MOST_ROWS: Final = 200_000

WHOLE_TREE: Final = -1

VIRTUAL_NAMES: Final = {
    RootType.COMPANY: {"en": "Company", "fr": "Entreprise"},
    RootType.SHARED: {"en": "Shared with me", "fr": "Partagés avec moi"},
}
"""Virtual roots' names, in the platform's language: clients find folders by name, so they are the same for all."""


class NoSuchRoot(Unknown):
    """The caller sees nothing of this kind."""

    code = "no_such_root"
    sentence = sentence("There is no root of this kind for you.")


class WouldLoop(Conflict):
    """A folder would hang inside itself."""

    code = "would_loop"
    sentence = sentence("A folder goes neither into itself nor into a folder inside it.")


class TooDeep(Conflict):
    """More levels than are kept."""

    code = "too_deep"
    sentence = sentence("Folders go at most {deepest} levels deep.")


class FixedTop(Conflict):
    """The top of a space stays where and what it is."""

    code = "fixed_top"
    sentence = sentence("The top of a space can be neither renamed, moved nor deleted.")


class TooManyRows(Invalid):
    """The listing would be larger than is given at once."""

    code = "too_many_rows"
    sentence = sentence(
        "This listing holds {count} entries, more than the {most} that are given at once. Ask a lesser depth."
    )


class LimitsNotYours(Forbidden):
    """Quotas and purges are set by whoever holds the space; that of a private space as a whole, by administrators."""

    code = "limits_not_yours"
    sentence = sentence("Only administrators set these limits, and the owner of a private space those of its folders.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFolder:
    """Look at a folder; `depth` levels of content, -1 for all."""

    folder: FolderId
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRoots:
    """The highest folders that the caller may see."""

    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoot:
    """The root of one kind, with `depth` levels of content; -1 all."""

    type: RootType
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFolder:
    """Make a folder in another."""

    parent: FolderId
    name: str
    created_at: Instant | None = None
    modified_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFolder:
    """Rename, move, date or limit a folder; None leaves a thing as it is."""

    folder: FolderId
    name: str | None = None
    parent: FolderId | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None
    quota_bytes: int | None = None
    purge_after_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteFolder:
    """To the trash, or for good."""

    folder: FolderId
    for_good: bool = False
