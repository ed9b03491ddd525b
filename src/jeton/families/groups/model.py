"""What one asks about groups and their delegates, and what may be wrong with it. Source: wire/resources.md 3 and 4."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.kernel.groups import Delegate, Group, Member
from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import Conflict, Forbidden, Invalid
from jeton.kernel.scopes import Access, Scope
from jeton.kit.text import sentence

READ: Final = Scope("groups", Access.READ)
WRITE: Final = Scope("groups", Access.WRITE)

MOST_GROUPS: Final = 200_000
MOST_DELEGATES: Final = 100
PAGE_SIZE: Final = 50
"""Rows of a page of the console."""
MOST_FAULTS: Final = 20
"""Faults told at once."""


class BadGroup(Invalid):
    """The group cannot be kept like this; it is told member by member."""

    code = "bad_group"
    sentence = sentence("The group cannot be kept like this.")


class BadDelegate(Invalid):
    """The delegate cannot be kept like this; it is told member by member."""

    code = "bad_delegate"
    sentence = sentence("The delegate cannot be kept like this.")


class DelegateThere(Conflict):
    """The person administers the group already."""

    code = "delegate_there"
    sentence = sentence("{name} is already a delegate of this group.")


class BeyondDelegates(Forbidden):
    """What a delegate leaves alone. Source: security.md AZ-10."""

    code = "beyond_delegates"
    sentence = sentence(
        "A delegate neither adds nor removes administrators or themselves, and adds active people only: not {users}."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListGroups:
    """Groups by name, from `offset` on; those whose name holds `search`."""

    search: str = ""
    offset: int = 0
    limit: int = MOST_GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class OneGroup:
    """Something about one group."""

    group: PrincipalId


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewGroup:
    """A page of one group's members, and the people whom `find` might mean."""

    group: PrincipalId
    find: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateGroup:
    """A new group."""

    name: str
    members: tuple[PrincipalId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """What to change of a group; None leaves a thing as it is. `members` are all of its members from then on."""

    group: PrincipalId
    name: str | None = None
    members: tuple[PrincipalId, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SomePeople:
    """People to take into a group, or out of it."""

    group: PrincipalId
    users: tuple[PrincipalId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneDelegate:
    """Something about one delegate."""

    delegate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDelegate:
    """Who shall administer which group."""

    group: PrincipalId
    user: PrincipalId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDelegate:
    """What to change of a delegate; None leaves it as it is."""

    delegate: int
    group: PrincipalId | None = None
    user: PrincipalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeen:
    """A group as the caller sees it: `members` is None for those who are in it and do not administer it."""

    group: Group
    members: Sequence[Member] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsSeen:
    """A page of the groups that the caller sees, and where it stands among all that match."""

    groups: Sequence[Group]
    offset: int
    total: int


class GroupRow(NamedTuple):
    """A group in the console's list: how many are in it, and whether the person may open it."""

    group: Group
    size: int
    opens: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsPage:
    """A page of the console's list; `page` counts from 1."""

    rows: Sequence[GroupRow]
    search: str
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """One group on the console, its members page by page. `found`: who might be meant, and whether they are in it."""

    group: Group
    members: Sequence[Member]
    page: int
    pages: int
    total: int
    delegates: Sequence[Delegate]
    find: str
    found: Sequence[tuple[Member, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSettings:
    """What administrators decide of a group. `found`: who might be meant, and whether they are delegates already."""

    group: Group
    delegates: Sequence[Delegate]
    find: str
    found: Sequence[tuple[Member, bool]]
