"""Groups of people, and their delegates: the values, the port, and what a name must look like. No use cases here.

A group holds people only, never another group: rights are read through one step of membership (decisions.md,
"Rights").
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from jeton.kernel.caller import Caller
from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import FieldError, Unknown
from jeton.kit.clock import Instant
from jeton.kit.text import has_controls, sentence

LONGEST_GROUP_NAME: Final = 100
MOST_MEMBERS: Final = 5_000


class NoSuchGroup(Unknown):
    """No group under this id, or none that the caller may know of."""

    code = "no_such_group"
    sentence = sentence("There is no such group.")


class NoSuchDelegate(Unknown):
    """No delegate under this id, or none that the caller may know of."""

    code = "no_such_delegate"
    sentence = sentence("There is no such delegate.")


class Group(NamedTuple):
    """A group: what the vendor's wire calls its `login` is its name."""

    id: PrincipalId
    name: str
    created_at: Instant


class Member(NamedTuple):
    """A person, as far as it matters to a group."""

    id: PrincipalId
    login: str
    name: str
    is_active: bool
    is_administrator: bool


class Delegate(NamedTuple):
    """A person who administers a group without being an administrator, and both as they are shown."""

    id: int
    group: PrincipalId
    group_name: str
    user: PrincipalId
    login: str
    name: str


class Groups(Protocol):
    """Groups, who is in them, and who administers them."""

    def find(self, group: PrincipalId) -> Group | None:
        """The group under this id."""

    def page(self, *, search: str, offset: int, limit: int, seen_by: PrincipalId | None = None) -> Sequence[Group]:
        """Groups by name, those whose name holds `search`; with `seen_by`, those this person is in or administers."""

    def count(self, *, search: str = "", seen_by: PrincipalId | None = None) -> int:
        """How many `page` would give in all."""

    def taken_name(self, name: str, *, besides: PrincipalId | None = None) -> bool:
        """Whether another group has this name, compared without case and accents."""

    def add(self, group: Group) -> None:
        """Keep a new group; its id comes from the numbers that principals share."""

    def rename(self, group: PrincipalId, name: str) -> None:
        """Keep another name."""

    def remove(self, group: PrincipalId) -> None:
        """Forget it with its memberships, its delegates and the rights it was given; its id is never given again."""

    def members(self, group: PrincipalId) -> Sequence[Member]:
        """Who is in it, by login."""

    def sizes(self, groups: Sequence[PrincipalId]) -> Mapping[PrincipalId, int]:
        """How many are in each of these groups; empty ones are left out."""

    def has_member(self, group: PrincipalId, user: PrincipalId) -> bool:
        """Whether a person is in it."""

    def admit(self, group: PrincipalId, users: Sequence[PrincipalId]) -> None:
        """Take people in who are not in it."""

    def dismiss(self, group: PrincipalId, users: Sequence[PrincipalId]) -> None:
        """Take people out."""

    def people(self, users: Sequence[PrincipalId]) -> Sequence[Member]:
        """Which of these ids are people."""

    def delegates(self, group: PrincipalId) -> Sequence[Delegate]:
        """Who administers it, by login."""

    def find_delegate(self, delegate: int) -> Delegate | None:
        """One delegate."""

    def is_delegate(self, group: PrincipalId, user: PrincipalId) -> bool:
        """Whether a person administers a group."""

    def led_by(self, user: PrincipalId) -> Sequence[PrincipalId]:
        """The groups that a person administers as a delegate."""

    def add_delegate(self, group: PrincipalId, user: PrincipalId) -> int:
        """Let a person administer a group; the new delegate's id."""

    def change_delegate(self, delegate: int, *, group: PrincipalId, user: PrincipalId) -> None:
        """Let it be another person, or another group."""

    def remove_delegate(self, delegate: int) -> None:
        """Take it back."""


def administers_group(groups: Groups, caller: Caller, group: PrincipalId) -> bool:
    """Whether a caller administers a group: by administering the platform, or as its delegate."""
    return caller.administers or groups.is_delegate(group, caller.principal)


def sees_group(groups: Groups, caller: Caller, group: PrincipalId) -> bool:
    """Whether a caller may know of a group: by administering it, or by being in it."""
    return administers_group(groups, caller, group) or groups.has_member(group, caller.principal)


def group_name_fault(name: str, *, field: str = "login") -> FieldError | None:
    """Why this may not be a group's name; None when it may. Whether it is free is asked of `Groups.taken_name`."""
    if not 1 <= len(name) <= LONGEST_GROUP_NAME:
        return FieldError(
            field,
            "group_name_length",
            sentence("Give the group a name of 1 to {longest} characters."),
            {"longest": LONGEST_GROUP_NAME},
        )
    if has_controls(name):
        return FieldError(
            field, "group_name_characters", sentence("Control and invisible characters are not accepted here.")
        )
    if name != name.strip():
        return FieldError(field, "group_name_blanks", sentence("Remove the spaces at the beginning and at the end."))
    return None
