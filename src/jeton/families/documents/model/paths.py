"""What one asks about places: what lies at a path, the path of an object, what lies in what, and how full it is.

Source: wire/files.md sections 8.3 and 8.5. A path is the names of the folders that the caller sees, from one of their
roots down, with a slash before each.
"""

from dataclasses import dataclass
from typing import NamedTuple

from jeton.kernel.ids import FolderId
from jeton.kernel.problems import Unknown
from jeton.kernel.tree import NodeKind
from jeton.kit.text import sentence


class NothingThere(Unknown):
    """No object of this name where the caller sees."""

    code = "nothing_there"
    sentence = sentence("There is nothing at this path.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPath:
    """What lies at a path; names without slashes, the root's first."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPath:
    """The path of an object."""

    object: int
    kind: NodeKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWithin:
    """Whether an object lies somewhere below a folder."""

    object: int
    parent: FolderId
    kind: NodeKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuotas:
    """How full it is: a folder (None: where the caller begins), the caller's own space, the platform."""

    folder: FolderId | None = None


class Filling(NamedTuple):
    """Bytes that are there, and that may be; None: as many as one likes."""

    used: int
    quota: int | None


class Quotas(NamedTuple):
    """`folder` is the nearest that has a quota, of the folder asked and those above that the caller sees; without one,
    the folder asked."""

    folder: FolderId
    in_folder: Filling
    on_platform: Filling
    of_user: Filling
