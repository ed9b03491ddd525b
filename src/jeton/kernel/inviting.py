"""How those who were invited come in: shared by the calls on invitations and the page behind their link.

Whoever may invite in a folder (the right `share`) gives at most what they hold there. A stranger gets a link, kept as a
digest only, by which they make an account of their own; what was promised is judged once more when they come, by what
the inviting person may do then. Source: wire/resources.md section 5; decisions.md, "Rights".
"""

from typing import NamedTuple

from jeton.kernel.accounts import NewAccount, add_account
from jeton.kernel.caller import OPERATOR, Caller, CallerKind
from jeton.kernel.ids import PrincipalId
from jeton.kernel.invitations import LONGEST, TICKET, BeyondOwnRights, Invitation, InvitationOver
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.problems import Problem
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kernel.tree import Folder, Lineage, Right
from jeton.kit.mint import INVITATION, digest, new_token


def check_gives(work: Work, caller: Caller, folder: Folder, place: Lineage, rights: Right) -> None:
    """Raises BeyondOwnRights."""
    if rights & ~work.doors.sight(caller, folder, place).rights:
        raise BeyondOwnRights


def let_in(work: Work, by: PrincipalId, user: User, folder: Folder, place: Lineage, rights: Right) -> None:
    """Give a person these rights on a folder, besides what they have there: an invitation takes nothing away."""
    held = work.doors.sight(_as_caller(user), folder, place).rights
    if rights & ~held:
        work.entries.put(folder.id, user.id, held | rights, by=by, now=work.now)


def new_key(work: Work, invitation: int) -> str:
    """The secret of an invitation's link: a digest of it is kept. When it is over is the invitation's to say."""
    key = new_token(INVITATION, work.mint)
    work.tickets.issue(TICKET, digest(key), subject=str(invitation), expires_at=work.now + LONGEST)
    return key


class Opened(NamedTuple):
    """What stands behind a link: the invitation, its folder, and whoever has an account under that address already."""

    invitation: Invitation
    folder: Folder
    place: Lineage
    known: User | None


def opened(work: Work, key: str) -> Opened:
    """Whose invitation this is, judged as of now; it stays unspent. Raises InvitationOver."""
    subject = work.tickets.peek(TICKET, digest(key), work.now)
    invitation = work.invitations.find(int(subject)) if subject else None
    if invitation is None or invitation.target is not None or work.now >= (invitation.expires_at or 0):
        raise InvitationOver
    source = _source(work, invitation.source)
    if source is None:
        raise InvitationOver
    try:
        folder, place = work.doors.folder_and_place(source, invitation.folder, Right.SHARE)
        check_gives(work, source, folder, place, invitation.rights)
    except Problem:
        raise InvitationOver from None
    return Opened(invitation, folder, place, work.people.find_by_identifier(invitation.email))


def take_up(work: Work, key: str, account: NewAccount) -> User:
    """Make the invited person's account and let them in; the link is spent. Raises InvitationOver, BadAccount."""
    invitation, folder, place, _ = opened(work, key)
    _spend(work, key)
    user = add_account(work, OPERATOR, account)
    _let_in_by(work, invitation, user, folder, place)
    return user


def join(work: Work, key: str, user: User) -> None:
    """Let somebody in who has an account under the invited address; the link is spent. Raises InvitationOver."""
    invitation, folder, place, known = opened(work, key)
    if known is None or known.id != user.id:
        raise InvitationOver
    _spend(work, key)
    _let_in_by(work, invitation, user, folder, place)


def _spend(work: Work, key: str) -> None:
    if work.tickets.claim(TICKET, digest(key), work.now) is None:
        raise InvitationOver


def _let_in_by(work: Work, invitation: Invitation, user: User, folder: Folder, place: Lineage) -> None:
    let_in(work, invitation.source, user, folder, place, invitation.rights)
    work.invitations.change(invitation._replace(target=user.id, expires_at=None))
    work.audit.record(_as_caller(user), "invitation.taken_up", str(folder.id), invitation=invitation.id)


def _source(work: Work, principal: PrincipalId) -> Caller | None:
    user = work.people.find(principal)
    if user is not None:
        return _as_caller(user) if user.may_act(work.now) else None
    application = work.applications.of_principal(principal)
    if application is None or application.is_suspended:
        return None
    return Caller(CallerKind.SERVER, principal, application.name, False, ALL_SCOPES)


def _as_caller(user: User) -> Caller:
    return Caller(CallerKind.PERSON, user.id, user.full_name, user.is_administrator, ALL_SCOPES)
