"""What one asks about folders and files, and what may be wrong with it. Source: wire/files.md sections 4 to 7, 9."""

from dataclasses import dataclass
from typing import Final

from jeton.kernel.ids import FileId, FolderId, PrincipalId
from jeton.kernel.ports import Receipt
from jeton.kernel.problems import Conflict, FieldError, Forbidden, Invalid, NoSpace, Unknown
from jeton.kernel.scopes import Access, Scope, Scopes
from jeton.kernel.tree import NameFault, Right, RootType, Strictness, name_fault
from jeton.kit.clock import Instant
from jeton.kit.text import sentence

READ: Final = Scope("files", Access.READ)
WRITE: Final = Scope("files", Access.WRITE)
FOR_GOOD: Final = Scopes.of(["trashes.write"])
"""What deleting without the trash needs besides (decisions.md, "Trash")."""

READ_TRASH: Final = Scope("trashes", Access.READ)
WRITE_TRASH: Final = Scope("trashes", Access.WRITE)

MOST_ROWS: Final = 200_000
WHOLE_TREE: Final = -1
VIRTUAL_NAMES: Final = {
    RootType.COMPANY: {"en": "Company", "fr": "Entreprise"},
    RootType.SHARED: {"en": "Shared with me", "fr": "Partagés avec moi"},
}
"""Virtual roots' names, in the platform's language: clients find folders by name, so they are the same for all."""

_NAME_SENTENCES: Final = {
    NameFault.EMPTY: sentence("Give a name."),
    NameFault.DOTS: sentence("“.” and “..” are not names."),
    NameFault.CHARACTER: sentence('A name cannot hold / \\ : * ? " < > | nor control characters.'),
    NameFault.BLANKS: sentence("A name cannot begin or end with a blank."),
    NameFault.LENGTH: sentence("A name has at most 255 bytes."),
}


class NoSuchRoot(Unknown):
    """The caller sees nothing of this kind."""

    code = "no_such_root"
    sentence = sentence("There is no root of this kind for you.")


class BadName(Invalid):
    """A name that cannot be given."""

    code = "bad_name"
    sentence = sentence("This name cannot be given.")


class NameTaken(Forbidden):
    """Something of this name is there already. Clients look for the French words, so both languages are told."""

    code = "name_taken"
    sentence = sentence("An item with this name already exists.")
    bilingual = True


class WouldLoop(Conflict):
    """A folder would hang inside itself."""

    code = "would_loop"
    sentence = sentence("A folder cannot be moved into itself or into a folder inside it.")


class TooDeep(Conflict):
    """More levels than are kept."""

    code = "too_deep"
    sentence = sentence("Folders go at most {deepest} levels deep.")


class FixedTop(Conflict):
    """The top of a space stays where and what it is."""

    code = "fixed_top"
    sentence = sentence("The top of a space can be neither renamed, moved nor deleted.")


class OtherSpace(Conflict):
    """From one space into another."""

    code = "other_space"
    sentence = sentence("Nothing can be moved from one space into another.")


class TooManyRows(Invalid):
    """The listing would be larger than is given at once."""

    code = "too_many_rows"
    sentence = sentence(
        "This listing holds {count} entries, more than the {most} that are given at once. Ask a lesser depth."
    )


class OtherContent(Invalid):
    """What came in is not what was announced."""

    code = "other_content"
    sentence = sentence("The bytes that came in do not match the announced {what}. Send the file again.")


class OverQuota(NoSpace):
    """The folder's quota would be exceeded."""

    code = "over_quota"
    sentence = sentence("The quota of the folder “{folder}” ({quota} bytes) would be exceeded.")


class OverQuotaAbove(OverQuota):
    """The quota of a folder that the caller does not see would be exceeded."""

    sentence = sentence("The quota of a folder above this one would be exceeded.")


class LimitsNotYours(Forbidden):
    """Quotas and purges are set by whoever holds the space; that of a private space as a whole, by administrators."""

    code = "limits_not_yours"
    sentence = sentence("Only administrators set these limits, and the owner of a private space those of its folders.")


class UploadLost(Conflict):
    """The upload took longer than uploads are kept."""

    code = "upload_lost"
    sentence = sentence("This upload took too long and was swept away. Send the file again.")


class PlaceGone(Conflict):
    """The folder that held it is gone, or out of the caller's sight."""

    code = "place_gone"
    sentence = sentence("The place where this was, “{place}”, is not there any more. Say where to restore it.")


class NoSuchTarget(Invalid):
    """Rights are given to users and groups that are there."""

    code = "no_such_target"
    sentence = sentence("There is no user or group {target}.")


class RightThere(Conflict):
    """The target has an entry on this folder already: it can be changed."""

    code = "right_there"
    sentence = sentence("“{target}” has rights on this folder already: change the entry {entry}.")


class OwnersOwn(Conflict):
    """The owner of a private space holds every right in it; an entry could only take some away."""

    code = "owners_own"
    sentence = sentence("The owner of a private space keeps every right in it: nothing can be given or taken there.")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """Look at a file, as one of its versions shows it."""

    file: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFile:
    """Rename, move or date a file; None leaves a thing as it is."""

    file: FileId
    name: str | None = None
    parent: FolderId | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteFile:
    """To the trash, or for good, with all its versions."""

    file: FileId
    for_good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFile:
    """A file's bytes, under a name in a folder. `received` is filled once they are in."""

    folder: FolderId
    name: str
    announced_size: int | None = None
    announced_md5: str | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None
    received: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRight:
    """Give a user or a group rights on a folder; none of them cuts off."""

    folder: FolderId
    target: PrincipalId
    rights: Right


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRight:
    """Look at one entry."""

    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRight:
    """Set the flags of `given` and clear those of `taken`; the others stay."""

    entry: int
    given: Right
    taken: Right


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRights:
    """The entries on one folder."""

    folder: FolderId


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRights:
    """A folder's rights as a page shows them: what was typed to find somebody, and which page of its folders."""

    folder: FolderId
    find: str = ""
    page: int = 1


def check_name(name: str, strictness: Strictness) -> None:
    """Raises BadName."""
    fault = name_fault(name, strictness)
    if fault is not None:
        raise BadName(FieldError("name", f"name_{fault.value}", _NAME_SENTENCES[fault]))
