"""Folders and files as values, and the pure rules of the tree: names, spaces, what one may do to what."""

from collections.abc import Mapping, Sequence
from enum import Enum, IntEnum, IntFlag
from typing import TYPE_CHECKING, Final, NamedTuple

from jeton.kernel.ids import BlobId, FileId, FolderId, NodeId, PrincipalId
from jeton.kit.clock import Instant
from jeton.kit.text import has_controls, nfc

if TYPE_CHECKING:
    from jeton.kernel.locks import Lock
    from jeton.kernel.previews import Facts

COMPANY_ROOT: Final = FolderId(1)
"""Folder 1 is the top of the company space (product.md D20)."""

NOWHERE: Final = FolderId(0)
"""The parent of a file that hangs in no folder: what was archived by itself."""

DEEPEST: Final = 100
"""Levels of folders, at most (decisions.md)."""

LONGEST_NAME_BYTES: Final = 255


class Right(IntFlag):
    """What a person may do in a folder (wire/files.md section 8.2)."""

    NONE = 0
    BROWSE = 1
    READ = 2
    DOWNLOAD = 4
    WRITE = 8
    EDIT = 16
    DELETE = 32
    SHARE = 64
    ALL = 127


class NodeKind(IntEnum):
    """The two kinds of node."""

    FOLDER = 0
    FILE = 1


class Space(Enum):
    """What a tree's top folder stands for."""

    COMPANY = "company"
    PRIVATE = "private"


class RootType(Enum):
    """What one of the highest folders that somebody sees is to them."""

    COMPANY = "company"
    PRIVATE = "private"
    SHARED = "shared"


class Ancestor(NamedTuple):
    """One folder on the way from the top."""

    id: FolderId
    name: str


class Totals(NamedTuple):
    """Counts and bytes below a folder: the whole subtree, then the direct children alone."""

    files: int
    folders: int
    size_bytes: int
    direct_files: int
    direct_folders: int


class Folder(NamedTuple):
    """A folder as it is now. `parent` is None for the top of a space; `quota_bytes` 0 is none, -1 as the parent."""

    id: FolderId
    parent: FolderId | None
    name: str
    owner: PrincipalId
    owner_name: str
    created_at: Instant
    modified_at: Instant
    purge_after_days: int
    quota_bytes: int
    totals: Totals


class File(NamedTuple):
    """A file as its current version shows it. `node` stays the same from version to version, `id` does not.

    `lock` is the one in force, which `kernel.locks` judges.
    """

    id: FileId
    node: NodeId
    guid: str
    parent: FolderId
    name: str
    owner: PrincipalId
    owner_name: str
    created_at: Instant
    modified_at: Instant
    size_bytes: int
    md5: str
    sha256: str
    blob: BlobId
    versions: int
    lock: "Lock | None" = None


class Archived(NamedTuple):
    """Where something archived was: the folder that held it, the names down to it, and whether it is in the tree."""

    origin: FolderId
    place: str
    stands: bool


class Lineage(NamedTuple):
    """Where a node hangs: its space, whose it is, and the folders from the top down to its parent.

    What is archived hangs where it was, as those folders are now; below an archived folder, that one's come after.
    """

    space: Space
    space_owner: PrincipalId
    above: tuple[Ancestor, ...]
    archive: Archived | None = None


class Sight(NamedTuple):
    """How a place looks to a caller: the folders above as far as they see them, and what they may do there.

    `is_top` says that its parent is out of sight, or that it has none; `caller` is who looks.
    """

    above: tuple[Ancestor, ...]
    rights: Right
    is_top: bool
    may_give_rights: bool
    caller: PrincipalId


class SeenFolder(NamedTuple):
    """A folder as a caller sees it, and the levels below that were asked.

    `below` maps each folder within the depth to the children that they see; a folder that is not in it shows no
    content. `rights` says for each folder in it what the caller may do there, `shared` which are shared by their owner.
    """

    folder: Folder
    sight: Sight
    below: Mapping[FolderId, tuple[Sequence[Folder], Sequence[File]]]
    rights: Mapping[FolderId, Right]
    root: RootType | None = None
    shared: frozenset[FolderId] = frozenset()


class VirtualRoot(NamedTuple):
    """A root that is no folder: it holds what has no folder in common that one sees, such as what others share.

    `content` is None when no depth was asked.
    """

    type: RootType
    name: str
    modified_at: Instant
    content: Sequence[SeenFolder] | None


class SeenFile(NamedTuple):
    """A file as a caller sees it; `facts` when they were asked, and anybody has looked into it."""

    file: File
    sight: Sight
    facts: "Facts | None" = None


class Strictness(Enum):
    """Which names are taken: the vendor's rule, or whatever a file system takes (product.md D13)."""

    STRICT = "strict"
    RELAXED = "relaxed"


class NameFault(Enum):
    """Why a name of a file or folder is refused."""

    EMPTY = "empty"
    DOTS = "dots"
    CHARACTER = "character"
    BLANKS = "blanks"
    LENGTH = "length"


_FORBIDDEN: Final = frozenset('/\\:*?"<>|')


def name_fault(name: str, strictness: Strictness) -> NameFault | None:
    """Why a name cannot be given, or None.

    Source: decisions.md, "Names of files and folders"; wire/files.md section 9.
    """
    if not name:
        return NameFault.EMPTY
    if name in {".", ".."}:
        return NameFault.DOTS
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        return NameFault.CHARACTER
    if strictness is Strictness.RELAXED:
        if "/" in name or "\0" in name:
            return NameFault.CHARACTER
    elif not _FORBIDDEN.isdisjoint(name) or _has_forbidden_control(name):
        return NameFault.CHARACTER
    elif name != name.strip():
        return NameFault.BLANKS
    return NameFault.LENGTH if len(encoded) > LONGEST_NAME_BYTES else None


# Zero-width joiners live inside ordinary words and emoji: controls and bidi controls are refused, they are not.
_JOINERS: Final = frozenset("\u200c\u200d")


def _has_forbidden_control(name: str) -> bool:
    return has_controls("".join(letter for letter in name if letter not in _JOINERS))


def sibling_key(name: str) -> str:
    """The form under which siblings are unique: canonical composition, case kept."""
    return nfc(name)
