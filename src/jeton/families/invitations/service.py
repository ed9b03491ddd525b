"""The use cases on invitations. Every one reads (work, caller, command) -> value."""

from collections.abc import Sequence

from jeton.families.invitations.model import (
    MOST_OPEN,
    BadInvitation,
    ChangeInvitation,
    InFolder,
    InvitableSeen,
    InvitationsView,
    Invite,
    Invited,
    ListInvitable,
    OneInvitation,
    TakenUp,
    TooManyOpen,
)
from jeton.kernel.caller import Caller
from jeton.kernel.configuration import is_address
from jeton.kernel.invitations import LIVES, LONGEST, PATH, TICKET, Asked, Invitation, NoSuchInvitation
from jeton.kernel.inviting import check_gives, let_in, new_key
from jeton.kernel.people import User, language_fault, name_fault
from jeton.kernel.ports import Work
from jeton.kernel.problems import FieldError, Unknown
from jeton.kernel.tree import Folder, Lineage, Right, Space
from jeton.kit.clock import Instant
from jeton.kit.text import sentence


def list_invitations(work: Work, caller: Caller, command: InFolder) -> Sequence[Invitation]:
    """List the invitations to a folder, the newest first."""
    return work.invitations.of_folder(command.folder)


def list_invitable(work: Work, caller: Caller, command: ListInvitable) -> InvitableSeen:
    """List the people who could be invited: administrators see everybody, others who is in a group with them."""
    _, place = work.doors.folder_and_place(caller, command.folder, Right.SHARE)
    asked = Asked(
        folder=command.folder,
        owner=place.space_owner,
        search=command.search,
        offset=command.offset,
        limit=command.limit,
        known_to=None if caller.administers else caller.principal,
    )
    return InvitableSeen(work.invitations.invitable(asked), work.invitations.count_invitable(asked), command.offset)


def invite(work: Work, caller: Caller, command: Invite) -> Invited:
    """Invite somebody to a folder. Who has an account is let in at once; a stranger gets a link.

    Source: wire/resources.md section 5. Raises NoSuchFolder, RightMissing; BeyondOwnRights; BadInvitation; TooManyOpen.
    """
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.SHARE)
    known = work.people.find(command.target) if command.target else work.people.find_by_identifier(command.email)
    faults = _faults(work, command, known, place)
    if faults:
        raise BadInvitation(*faults)
    check_gives(work, caller, folder, place, command.rights)
    if known is not None:
        return _let_in(work, caller, command, known, (folder, place))
    if work.invitations.count_open(caller.principal, work.now) >= MOST_OPEN:
        raise TooManyOpen(most=MOST_OPEN)
    expires_at = command.expires_at or work.now + LIVES
    invitation = _keep(work, caller, command, command.email, target=None, expires_at=expires_at)
    key = new_key(work, invitation.id)
    is_mailed = work.mail.send_to(
        "invitation", command.email, command.language, source=caller.name, folder=folder.name, path=PATH + key
    )
    return Invited(invitation, key, is_mailed)


def change(work: Work, caller: Caller, command: ChangeInvitation) -> Invited:
    """Change the rights or the end of an invitation.

    Raises NoSuchInvitation; RightMissing; BeyondOwnRights; BadInvitation; TakenUp.
    """
    before = _find(work, caller, command.invitation)
    if before.target is not None:
        raise TakenUp
    after = before
    if command.rights is not None:
        folder, place = work.doors.folder_and_place(caller, before.folder, Right.SHARE)
        check_gives(work, caller, folder, place, command.rights)
        after = after._replace(rights=command.rights)
    if command.expires_at is not None:
        fault = _end_fault(work.now, command.expires_at)
        if fault is not None:
            raise BadInvitation(fault)
        after = after._replace(expires_at=command.expires_at)
    work.invitations.change(after)
    work.audit.record(caller, "invitation.changed", str(after.folder), invitation=after.id)
    return Invited(after, "", is_mailed=False)


def withdraw(work: Work, caller: Caller, command: OneInvitation) -> None:
    """Take an invitation back; its link is void. What somebody got by it stays theirs. Raises NoSuchInvitation."""
    invitation = _find(work, caller, command.invitation)
    work.tickets.withdraw(TICKET, subject=str(invitation.id))
    work.invitations.remove(invitation.id)
    work.audit.record(caller, "invitation.withdrawn", str(invitation.folder), invitation=invitation.id)


def view(work: Work, caller: Caller, command: InFolder) -> InvitationsView:
    """The console's page of a folder's invitations. Raises NoSuchFolder, RightMissing."""
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.SHARE)
    found = [
        (one, one.target is None and (one.expires_at or 0) <= work.now) for one in work.invitations.of_folder(folder.id)
    ]
    return InvitationsView(folder, found, work.doors.sight(caller, folder, place).rights, work.mail.is_configured)


def _let_in(work: Work, caller: Caller, command: Invite, known: User, at: tuple[Folder, Lineage]) -> Invited:
    folder, place = at
    let_in(work, caller.principal, known, folder, place, command.rights)
    invitation = _keep(work, caller, command, known.email, target=known, expires_at=None)
    is_mailed = work.mail.send("let_in", known, source=caller.name, folder=folder.name)
    return Invited(invitation, "", is_mailed)


def _keep(
    work: Work, caller: Caller, command: Invite, email: str, *, target: User | None, expires_at: Instant | None
) -> Invitation:
    invitation = Invitation(
        id=work.mint.number(work.now),
        folder=command.folder,
        rights=command.rights,
        email=email,
        name=command.name if target is None else target.full_name,
        source=caller.principal,
        source_name=caller.name,
        target=None if target is None else target.id,
        expires_at=expires_at,
    )
    work.invitations.add(invitation, work.now)
    rights = int(command.rights)
    work.audit.record(caller, "invitation.created", str(command.folder), invitation=invitation.id, rights=rights)
    return invitation


def _faults(work: Work, command: Invite, known: User | None, place: Lineage) -> list[FieldError]:
    faults: list[FieldError | None] = [name_fault(command.name, field="name"), language_fault(command.language)]
    if command.target and known is None:
        faults.append(FieldError("target", "no_such_user", sentence("There is no such user.")))
    if known is not None and not known.may_act(work.now):
        faults.append(FieldError("target", "disabled", sentence("This account is disabled or over.")))
    if known is not None and place.space is Space.PRIVATE and place.space_owner == known.id:
        faults.append(FieldError("target", "owners_own", sentence("The space is this person's own.")))
    if known is None and not command.target and not is_address(command.email):
        text = sentence("Give the address of the person, such as name@example.org.")
        faults.append(FieldError("email", "bad_address", text))
    if command.expires_at is not None:
        faults.append(_end_fault(work.now, command.expires_at))
    return [fault for fault in faults if fault is not None]


def _end_fault(now: Instant, expires_at: Instant) -> FieldError | None:
    if now < expires_at <= now + LONGEST:
        return None
    return FieldError("expiration", "out_of_range", sentence("An invitation ends within 30 days from now."))


def _find(work: Work, caller: Caller, number: int) -> Invitation:
    """One that the caller may speak of: also the forms of another folder's page pass here."""
    invitation = work.invitations.find(number)
    if invitation is None:
        raise NoSuchInvitation
    try:
        work.doors.folder(caller, invitation.folder, Right.SHARE)
    except Unknown:
        raise NoSuchInvitation from None
    return invitation
