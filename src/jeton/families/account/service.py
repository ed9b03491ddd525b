"""The use cases on one's own account. Every one reads (work, caller, command) -> value."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace

from jeton.families.account.model import (
    WRONG_PASSWORD,
    AccountView,
    AskReset,
    ChangeAccount,
    ChangePassword,
    EndSession,
    NoAccount,
    NoSuchSession,
    OwnAccount,
    SessionsView,
    SetPicture,
)
from jeton.kernel.accounts import (
    BadAccount,
    NewAccount,
    account_faults,
    ask_reset,
    hash_chosen_password,
    keep_account,
    set_password,
)
from jeton.kernel.caller import Caller
from jeton.kernel.people import User
from jeton.kernel.pictures import drawn_picture, keep_picture, picture_of_person
from jeton.kernel.ports import LoginSession, Picture, Work, Workshop
from jeton.kernel.problems import FieldError, TooMany
from jeton.kernel.sessions import is_over
from jeton.kit.text import sentence


def read(work: Work, caller: Caller, command: OwnAccount) -> User:
    """Read the calling person's account."""
    user = work.people.find(caller.principal)
    if user is None:
        raise NoAccount
    return user


def change(work: Work, caller: Caller, command: ChangeAccount) -> User:
    """Change the calling person's account. Login, rights and password are not changed here. Raises BadAccount."""
    before = read(work, caller, OwnAccount())
    names = ("firstname", "lastname", "email", "phone", "organization", "language")
    given = {name: getattr(command, name) for name in names if getattr(command, name) is not None}
    after = before._replace(**given)
    values = {name: getattr(after, name) for name in names}
    faults = account_faults(work, NewAccount(login=after.login, **values), besides=after.id)
    if faults:
        raise BadAccount(*faults)
    keep_account(work, before, after)
    work.audit.record(caller, "account.changed", str(after.id), changed=" ".join(given))
    return after


def reset(work: Work, caller: Caller, command: AskReset) -> TooMany | None:
    """Mail a link for a new password to whom it may concern. Raises NoMailServer."""
    return ask_reset(work, command.identifier, work.origin.address if work.origin else "")


def admit_password(work: Work, caller: Caller, command: ChangePassword) -> ChangePassword:
    """Tell `prepare` what the present password must match, and whom the new one may not be made of."""
    user = read(work, caller, OwnAccount())
    return replace(
        command, present_hash=user.password_hash, about=(user.login, user.email, user.firstname, user.lastname)
    )


def prepare_password(workshop: Workshop, command: ChangePassword) -> ChangePassword:
    """Verify the present password, judge and hash the new one, outside any transaction. Raises BadAccount."""
    if not workshop.verify_password(command.present_hash, command.current_password):
        raise BadAccount(WRONG_PASSWORD)
    if command.password != command.repeated:
        text = sentence("The two passwords are not the same.")
        raise BadAccount(FieldError("repeated", "not_the_same", text))
    password_hash = hash_chosen_password(workshop, command.password, command.about)
    return replace(command, current_password="", password="", repeated="", password_hash=password_hash)


def change_password(work: Work, caller: Caller, command: ChangePassword) -> User:
    """Keep the new password; all other login sessions of the person end, and tokens if so asked. Raises BadAccount."""
    user = read(work, caller, OwnAccount())
    if user.password_hash != command.present_hash:  # changed by somebody else between the check and now
        raise BadAccount(WRONG_PASSWORD)
    set_password(
        work,
        caller,
        user,
        command.password_hash,
        keep_session=caller.login_session,
        ends_tokens=command.ends_tokens,
    )
    return user


def picture(work: Work, caller: Caller, command: OwnAccount) -> Picture:
    """Read one's own picture, as PNG. Raises NoPicture."""
    return picture_of_person(work, caller.principal)


def prepare_picture(workshop: Workshop, command: SetPicture) -> SetPicture:
    """Decode the picture and draw it anew, outside any transaction. Raises Invalid."""
    return replace(command, content=drawn_picture(workshop, command.content))


def set_picture(work: Work, caller: Caller, command: SetPicture) -> None:
    """Choose one's own picture: a PNG, JPEG or WebP image of at most 512 KiB."""
    keep_picture(work, caller, caller.principal, command.content)


def remove_picture(work: Work, caller: Caller, command: OwnAccount) -> None:
    """Remove one's own picture."""
    keep_picture(work, caller, caller.principal, None)


def view(work: Work, caller: Caller, command: OwnAccount) -> AccountView:
    """One's own account as its page shows it."""
    png = work.people.picture(caller.principal)
    picture = "" if png is None else f"data:image/png;base64,{b64encode(png).decode()}"
    return AccountView(read(work, caller, command), picture)


def sessions(work: Work, caller: Caller, command: OwnAccount) -> SessionsView:
    """One's own live login sessions."""
    live = [session for session in work.login_sessions.of_user(caller.principal) if not is_over(session, work.now)]
    return SessionsView(live, caller.login_session or 0)


def list_sessions(work: Work, caller: Caller, command: OwnAccount) -> Sequence[LoginSession]:
    """List one's own live login sessions, the last used first."""
    return sessions(work, caller, command).sessions


def end_session(work: Work, caller: Caller, command: EndSession) -> None:
    """End one of one's own sessions, or all but the present one: no browser is known then. Raises NoSuchSession."""
    if command.session is None:
        count = work.login_sessions.end_of_user(caller.principal, besides=caller.login_session)
        work.browsers.end_of_user(caller.principal)
    else:
        found = work.login_sessions.find(command.session)
        if found is None or found.user != caller.principal:
            raise NoSuchSession
        work.login_sessions.end(found.id)
        count = 1
    work.audit.record(caller, "session.ended", str(caller.principal), sessions=count)
