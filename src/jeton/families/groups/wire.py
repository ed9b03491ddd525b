"""The vendor's shapes of groups and delegates. Source: wire/resources.md sections 3 and 4; docs/divergences.md."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from jeton.families.groups.model import (
    MOST_GROUPS,
    AddDelegate,
    ChangeDelegate,
    ChangeGroup,
    CreateGroup,
    GroupSeen,
    GroupsSeen,
    ListGroups,
    OneDelegate,
    OneGroup,
)
from jeton.kernel.groups import Delegate, Group, Member
from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.text import sentence
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireId, WireInt, WireRef


class ListGroupsIn(Query, frozen=True):
    """A page of groups."""

    search: str = ""
    offset: WireInt | UnsetType = UNSET
    limit: WireInt | UnsetType = UNSET

    def command(self) -> ListGroups:
        offset = 0 if self.offset is UNSET else int(self.offset)
        limit = MOST_GROUPS if self.limit is UNSET else int(self.limit)
        if offset < 0 or not 1 <= limit <= MOST_GROUPS:
            text = sentence("A page has an offset of 0 or more and a limit of 1 to {most}.")
            raise Invalid(FieldError("limit", "bad_page", text, {"most": MOST_GROUPS}))
        return ListGroups(search=self.search[:100], offset=offset, limit=limit)


class OneGroupIn(Query, frozen=True):
    """One group, by id."""

    group_id: WireId

    def command(self) -> OneGroup:
        return OneGroup(group=PrincipalId(int(self.group_id)))


class CreateGroupIn(Body, frozen=True):
    """A new group. `login` is its name."""

    ignored: ClassVar[frozenset[str]] = frozenset({"id", "ldap"})

    login: str
    members: tuple[WireRef, ...] = ()

    def command(self) -> CreateGroup:
        return CreateGroup(name=self.login, members=_ids(self.members))


class ChangeGroupIn(Body, frozen=True):
    """What to change of a group; what is absent stays. `members` replaces them all."""

    ignored: ClassVar[frozenset[str]] = frozenset({"id", "ldap"})

    group_id: WireId
    login: str | UnsetType = UNSET
    members: tuple[WireRef, ...] | UnsetType = UNSET

    def command(self) -> ChangeGroup:
        return ChangeGroup(
            group=PrincipalId(int(self.group_id)),
            name=None if self.login is UNSET else self.login,
            members=None if self.members is UNSET else _ids(self.members),
        )


class OneDelegateIn(Query, frozen=True):
    """One delegate, by id."""

    delegate_id: WireId

    def command(self) -> OneDelegate:
        return OneDelegate(delegate=int(self.delegate_id))


class AddDelegateIn(Body, frozen=True):
    """Who shall administer which group."""

    ignored: ClassVar[frozenset[str]] = frozenset({"id", "group", "user"})

    group_id: WireId
    user_id: WireId

    def command(self) -> AddDelegate:
        return AddDelegate(group=PrincipalId(int(self.group_id)), user=PrincipalId(int(self.user_id)))


class ChangeDelegateIn(Body, frozen=True):
    """What to change of a delegate; what is absent stays."""

    ignored: ClassVar[frozenset[str]] = frozenset({"id", "group", "user"})

    delegate_id: WireId
    group_id: WireId | UnsetType = UNSET
    user_id: WireId | UnsetType = UNSET

    def command(self) -> ChangeDelegate:
        return ChangeDelegate(
            delegate=int(self.delegate_id),
            group=None if self.group_id is UNSET else PrincipalId(int(self.group_id)),
            user=None if self.user_id is UNSET else PrincipalId(int(self.user_id)),
        )


class MemberOut(Shape, frozen=True):
    """A member of a group. The id is a string, as in a user."""

    id: str
    login: str

    @classmethod
    def of(cls, member: Member) -> "MemberOut":
        return cls(id=str(member.id), login=member.login)


class GroupOut(Shape, frozen=True):
    """A group. The id is a string on this wire; `members` is absent for who is in it and does not administer it."""

    id: str
    login: str
    ldap: bool
    members: tuple[MemberOut, ...] | UnsetType = UNSET

    @classmethod
    def of(cls, seen: GroupSeen) -> "GroupOut":
        return cls(
            id=str(seen.group.id),
            login=seen.group.name,
            ldap=False,
            members=UNSET if seen.members is None else tuple(MemberOut.of(member) for member in seen.members),
        )


class ListedGroupOut(Shape, frozen=True):
    """A group in the list: the id is a number here."""

    id: int
    login: str

    @classmethod
    def of(cls, group: Group) -> "ListedGroupOut":
        return cls(id=group.id, login=group.name)


class GroupsOut(Shape, frozen=True):
    """The envelope of the list; the count is told under both of the vendor's spellings."""

    nb_objects: int
    nb_objets: int
    nb_total_objects: int
    offset_start: int
    objects: tuple[ListedGroupOut, ...]

    @classmethod
    def of(cls, seen: GroupsSeen) -> "GroupsOut":
        listed = tuple(ListedGroupOut.of(group) for group in seen.groups)
        return cls(
            nb_objects=len(listed),
            nb_objets=len(listed),
            nb_total_objects=seen.total,
            offset_start=seen.offset,
            objects=listed,
        )


class DelegateOut(Shape, frozen=True):
    """Who administers which group. The ids are numbers."""

    id: int
    group_id: int
    group: str
    user_id: int
    user: str

    @classmethod
    def of(cls, delegate: Delegate) -> "DelegateOut":
        return cls(
            id=delegate.id,
            group_id=delegate.group,
            group=delegate.group_name,
            user_id=delegate.user,
            user=delegate.login,
        )


def _ids(named: tuple[WireRef, ...]) -> tuple[PrincipalId, ...]:
    return tuple(PrincipalId(int(one)) for one in named)
