"""The commands on invitations, and why one is refused. The values are the kernel's (`kernel.invitations`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.invitations import Invitable, Invitation
from jeton.kernel.problems import Conflict, Invalid
from jeton.kernel.scopes import Access, Scope
from jeton.kernel.tree import Folder, Right
from jeton.kit.clock import Instant
from jeton.kit.text import sentence

READ: Final = Scope("users", Access.READ)
WRITE: Final = Scope("users", Access.WRITE)
MOST_LISTED: Final = 1000
MOST_OPEN: Final = 500
"""Invitations of one person that wait to be taken up: nobody sends mails to the world through this platform."""


class BadInvitation(Invalid):
    """The invitation cannot be kept like this; it is told member by member."""

    code = "bad_invitation"
    sentence = sentence("The invitation cannot be kept like this.")


class TooManyOpen(Conflict):
    """Too many invitations wait already."""

    code = "too_many_invitations"
    sentence = sentence("{most} of your invitations wait to be taken up. Withdraw some first.")


class TakenUp(Conflict):
    """Whoever was invited came already."""

    code = "invitation_taken_up"
    sentence = sentence("This invitation was taken up. Change the rights on the folder itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Somebody to invite: by an address, or by their id. `expires_at` None: as long as is usual."""

    folder: FolderId
    rights: Right
    email: str = ""
    target: PrincipalId | None = None
    name: str = ""
    language: str = "auto"
    expires_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeInvitation:
    """What to change of an invitation; None leaves it."""

    invitation: int
    rights: Right | None = None
    expires_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneInvitation:
    """One invitation."""

    invitation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InFolder:
    """The invitations to a folder."""

    folder: FolderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInvitable:
    """Who could be invited to a folder."""

    folder: FolderId
    search: str
    offset: int
    limit: int


class Invited(NamedTuple):
    """An invitation with its secret: known on the day that it is made, and to nobody after."""

    invitation: Invitation
    key: str
    is_mailed: bool


class InvitableSeen(NamedTuple):
    """A page of those who could be invited."""

    people: Sequence[Invitable]
    total: int
    offset: int


class InvitationsView(NamedTuple):
    """The console's page: the folder, its invitations, what the person may pass on, and whether mail goes out."""

    folder: Folder
    invitations: Sequence[tuple[Invitation, bool]]
    rights: Right
    can_mail: bool
