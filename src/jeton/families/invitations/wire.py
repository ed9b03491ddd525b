"""The vendor's shape of invitations. Source: wire/resources.md section 5."""

from datetime import datetime
from typing import ClassVar

from msgspec import UNSET, UnsetType

from jeton.families.invitations.model import (
    MOST_LISTED,
    BadInvitation,
    ChangeInvitation,
    InFolder,
    InvitableSeen,
    Invite,
    Invited,
    ListInvitable,
    OneInvitation,
)
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.invitations import Invitation, number_of, rights_of
from jeton.kernel.problems import FieldError, Invalid
from jeton.kernel.tree import Right
from jeton.kit.clock import Instant
from jeton.kit.text import sentence
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireDate, WireId, WireInt, date_in, date_out

_READ_ONLY = frozenset({"id", "key", "source", "source_name"})


class InFolderIn(Query, frozen=True):
    """Which folder's invitations."""

    folder_id: WireId

    def command(self) -> InFolder:
        return InFolder(folder=FolderId(int(self.folder_id)))


class ListInvitableIn(Query, frozen=True):
    """Who could be invited to a folder, page by page."""

    folder_id: WireId
    search: str = ""
    offset: WireInt | UnsetType = UNSET
    limit: WireInt | UnsetType = UNSET

    def command(self) -> ListInvitable:
        offset = 0 if self.offset is UNSET else int(self.offset)
        limit = MOST_LISTED if self.limit is UNSET else int(self.limit)
        if offset < 0 or not 1 <= limit <= MOST_LISTED:
            text = sentence("A page has an offset of 0 or more and a limit of 1 to {most}.")
            raise Invalid(FieldError("limit", "bad_page", text, {"most": MOST_LISTED}))
        return ListInvitable(folder=FolderId(int(self.folder_id)), search=self.search[:100], offset=offset, limit=limit)


class InviteIn(Body, frozen=True):
    """Whom to invite: an `email`, or the id of a user as `target`. `rights`: 1 read, 2 modify, 4 invite, added up."""

    ignored: ClassVar[frozenset[str]] = _READ_ONLY

    folder: WireId
    rights: WireInt
    email: str = ""
    target: WireId | None = None
    name: str = ""
    language: str = "auto"
    expiration: WireDate | None = None

    def command(self) -> Invite:
        return Invite(
            folder=FolderId(int(self.folder)),
            rights=_rights(self.rights),
            email=self.email.strip(),
            target=None if self.target is None else PrincipalId(int(self.target)),
            name=self.name.strip(),
            language=self.language,
            expires_at=_instant(self.expiration),
        )


class ChangeInvitationIn(Body, frozen=True):
    """What to change of an invitation; what is absent stays."""

    ignored: ClassVar[frozenset[str]] = _READ_ONLY | {"folder", "target", "email", "name"}

    invitation_id: WireId
    rights: WireInt | UnsetType = UNSET
    expiration: WireDate | UnsetType | None = UNSET

    def command(self) -> ChangeInvitation:
        return ChangeInvitation(
            invitation=int(self.invitation_id),
            rights=None if self.rights is UNSET else _rights(self.rights),
            expires_at=None if isinstance(self.expiration, UnsetType) else _instant(self.expiration),
        )


class OneInvitationIn(Query, frozen=True):
    """One invitation, by id."""

    invite_id: WireId

    def command(self) -> OneInvitation:
        return OneInvitation(invitation=int(self.invite_id))


class InviteOut(Shape, frozen=True):
    """An invitation. `key` is told once, in the answer that makes it; then it is empty."""

    id: str
    key: str
    folder: int
    rights: int
    email: str
    name: str
    source: str
    source_name: str
    target: int | None
    expiration: datetime | None

    @classmethod
    def of(cls, value: Invited | Invitation) -> "InviteOut":
        invitation, key = (value.invitation, value.key) if isinstance(value, Invited) else (value, "")
        return cls(
            id=str(invitation.id),
            key=key,
            folder=invitation.folder,
            rights=number_of(invitation.rights),
            email=invitation.email,
            name=invitation.name,
            source=str(invitation.source),
            source_name=invitation.source_name,
            target=invitation.target,
            expiration=None if invitation.expires_at is None else date_out(invitation.expires_at),
        )


class InvitableOut(Shape, frozen=True):
    """Somebody who could be invited."""

    id: int
    name: str
    emails: str


class InvitablesOut(Shape, frozen=True):
    """The envelope of the list."""

    nb_objects: int
    nb_total_objects: int
    offset_start: int
    objects: tuple[InvitableOut, ...]

    @classmethod
    def of(cls, seen: InvitableSeen) -> "InvitablesOut":
        people = tuple(InvitableOut(id=one.id, name=one.name, emails=one.emails) for one in seen.people)
        return cls(nb_objects=len(people), nb_total_objects=seen.total, offset_start=seen.offset, objects=people)


def _rights(number: int) -> Right:
    if not 1 <= number <= 7:
        text = sentence("Rights add up: 1 to read, 2 to modify, 4 to invite.")
        raise BadInvitation(FieldError("rights", "out_of_range", text))
    return rights_of(number)


def _instant(moment: datetime | None) -> Instant | None:
    if moment is None:
        return None
    try:
        return date_in(moment)
    except ValueError:
        text = sentence("The member {member} takes a date such as 2026-01-30T10:15:00Z.")
        raise BadInvitation(FieldError("expiration", "bad_date", text, {"member": "expiration"})) from None
