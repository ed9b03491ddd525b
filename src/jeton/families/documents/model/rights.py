"""What one asks about rights on folders. Source: wire/files.md section 8.2."""

from dataclasses import dataclass

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.problems import Conflict, Invalid
from jeton.kernel.tree import Right
from jeton.kit.text import sentence


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
class ViewRights:
    """A folder's rights as a page shows them: what was typed to find somebody, and which page of its folders."""

    folder: FolderId
    find: str = ""
    page: int = 1
