"""Invitations: who was invited to which folder, with which rights; the values and the port. No use cases here.

Source: wire/resources.md section 5.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from jeton.kernel.entries import INVITING, MODIFYING, READING
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.problems import Forbidden, Gone, Unknown
from jeton.kernel.tree import Right
from jeton.kit.clock import DAY, HOUR, Instant
from jeton.kit.text import sentence

LIVES: Final[Instant] = 72 * HOUR
LONGEST: Final[Instant] = 30 * DAY
TICKET: Final = "invitation"
PATH: Final = "/invitation/"
WORDS: Final = ((1, READING), (2, MODIFYING), (4, INVITING))
"""The numbers that the wire adds up, and the flags of each: the three words of the simple mode."""


class Invitation(NamedTuple):
    """One invitation. `target` is the person who came of it; `expires_at` None: it was taken up at once."""

    id: int
    folder: FolderId
    rights: Right
    email: str
    name: str
    source: PrincipalId
    source_name: str
    target: PrincipalId | None
    expires_at: Instant | None


class NoSuchInvitation(Unknown):
    """No invitation under this id, or none that the caller may know of."""

    code = "no_such_invitation"
    sentence = sentence("There is no such invitation.")


class InvitationOver(Gone):
    """Used already, withdrawn, too old, or of somebody who may not invite any more."""

    code = "invitation_over"
    sentence = sentence("This invitation was used already, was withdrawn, or its time is over. Ask for a new one.")


class BeyondOwnRights(Forbidden):
    """Nobody gives what they do not hold."""

    code = "beyond_own_rights"
    sentence = sentence("You cannot give more rights than you have in this folder.")


class Invitable(NamedTuple):
    """Somebody with an account, who has nothing of their own on the folder yet."""

    id: PrincipalId
    name: str
    emails: str


class Asked(NamedTuple):
    """Who could be invited to a folder: not the `owner` of its space; with `known_to`, who is in a group with them."""

    folder: FolderId
    owner: PrincipalId
    search: str
    offset: int
    limit: int
    known_to: PrincipalId | None


class Invitations(Protocol):
    """The invitations. Callers hold the folder by a door."""

    def find(self, invitation: int) -> Invitation | None:
        """One."""

    def of_folder(self, folder: FolderId) -> Sequence[Invitation]:
        """Those to a folder, the newest first."""

    def count_open(self, source: PrincipalId, now: Instant) -> int:
        """How many of one who invites wait to be taken up."""

    def add(self, invitation: Invitation, now: Instant) -> None:
        """Keep a new one."""

    def change(self, invitation: Invitation) -> None:
        """Keep its rights, its end and who came of it."""

    def remove(self, invitation: int) -> None:
        """Forget it."""

    def invitable(self, asked: Asked) -> Sequence[Invitable]:
        """Active people without an entry on the folder, by login."""

    def count_invitable(self, asked: Asked) -> int:
        """How many `invitable` would give in all."""


def rights_of(number: int) -> Right:
    """The flags of the wire's number."""
    found = Right.NONE
    for bit, flags in WORDS:
        if number & bit:
            found |= flags
    return found


def number_of(rights: Right) -> int:
    """The wire's number of these flags."""
    return sum(bit for bit, flags in WORDS if flags in rights)
