"""Making accounts, and the two links that make a first password: shared by users' calls, set-up, and the commands.

Links are tickets: 256 random bits, only a digest is kept, one UPDATE spends them (decisions.md, "Set-up link" and
"First password without mail").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jeton.kernel.caller import NOBODY, OPERATOR, Caller
from jeton.kernel.factors import LOGIN_TICKET, TRUST_TICKET
from jeton.kernel.guesses import address_key, reset_key
from jeton.kernel.ids import PrincipalId
from jeton.kernel.mail import RESET_LINK_LIVES, NoMailServer
from jeton.kernel.passwords import password_fault
from jeton.kernel.people import User, emails_fault, language_fault, login_fault, name_fault
from jeton.kernel.ports import Work, Workshop
from jeton.kernel.problems import Conflict, FieldError, Gone, Invalid, TooMany
from jeton.kit.clock import HOUR, Instant
from jeton.kit.mint import PASSWORD_LINK, SETUP_LINK, digest, new_token
from jeton.kit.text import sentence

SETUP_TICKET: Final = "setup"
PASSWORD_TICKET: Final = "password"
SETUP_LINK_LIVES: Final = 24 * HOUR
PASSWORD_LINK_LIVES: Final = 72 * HOUR
MOST_RESET_LINKS: Final = 3
"""That live beside each other: nobody is flooded with mails (security.md AU-09)."""
LONGEST_IDENTIFIER: Final = 254
"""Of a login or a mail address, as typed."""
PASSWORD_PATH: Final = "/password/"
RESET_PATH: Final = "/reset"
COMPANY_NAME: Final = "Company"


class BadAccount(Invalid):
    """The account cannot be kept like this; it is told member by member."""

    code = "bad_account"
    sentence = sentence("The account cannot be kept like this.")


class LinkOver(Gone):
    """A set-up or password link that was used, replaced or is too old."""

    code = "link_over"
    sentence = sentence("This link was used already, or its time is over. Ask for a new one.")


class AlreadySetUp(Conflict):
    """There is an administrator already."""

    code = "already_set_up"
    sentence = sentence("This platform is set up already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What is known of a new person. `password_hash` empty: the person will choose a password by a link."""

    login: str
    email: str
    firstname: str = ""
    lastname: str = ""
    phone: str = ""
    organization: str = ""
    language: str = "auto"
    is_administrator: bool = False
    is_active: bool = True
    password_hash: str = ""
    expires_at: Instant | None = None


def account_faults(work: Work, account: NewAccount, *, besides: PrincipalId | None = None) -> list[FieldError]:
    """Everything wrong with an account's values, in the order of the form."""
    faults = [login_fault(account.login)]
    if faults[0] is None and work.people.taken_login(account.login, besides=besides):
        text = sentence("The login “{login}” is taken. Choose another one.")
        faults = [FieldError("login", "login_taken", text, {"login": account.login})]
    faults.append(emails_fault(account.email))
    for name in ("firstname", "lastname", "phone", "organization"):
        faults.append(name_fault(getattr(account, name), field=name))
    faults.append(language_fault(account.language))
    return [fault for fault in faults if fault is not None]


def add_account(work: Work, caller: Caller, account: NewAccount) -> User:
    """Keep a new account, with its private space. Raises BadAccount."""
    faults = account_faults(work, account)
    if faults:
        raise BadAccount(*faults)
    number = work.people.new_id()
    user = User(
        id=number,
        login=account.login,
        firstname=account.firstname,
        lastname=account.lastname,
        email=account.email,
        phone=account.phone,
        organization=account.organization,
        language=account.language,
        is_active=account.is_active,
        is_administrator=account.is_administrator,
        created_at=work.now,
        password_hash=account.password_hash,
        private_root=work.tree.add_space(private_to=number, name=account.login, now=work.now),
        expires_at=account.expires_at,
    )
    work.people.add(user)
    work.audit.record(caller, "user.created", str(user.id), login=user.login, admin=int(user.is_administrator))
    return user


def hash_chosen_password(workshop: Workshop, password: str, about: Iterable[str], *, field: str = "password") -> str:
    """Judge and hash what somebody chose: slow, for `prepare` steps. Raises BadAccount."""
    fault = password_fault(password, about=about, is_common=workshop.is_common_password, field=field)
    if fault is not None:
        raise BadAccount(fault)
    return workshop.hash_password(password)


def set_password(
    work: Work,
    caller: Caller,
    user: User,
    password_hash: str,
    *,
    keep_session: int | None = None,
    ends_tokens: bool = False,
) -> None:
    """Keep a new password; the person's other login sessions end. Tokens of applications stay unless `ends_tokens`."""
    work.people.set_password(user.id, password_hash)
    if user.password_hash:
        work.mail.send("password_changed", user, path=RESET_PATH)
    work.login_sessions.end_of_user(user.id, besides=keep_session)
    work.browsers.end_of_user(user.id)
    for kind in (PASSWORD_TICKET, LOGIN_TICKET, TRUST_TICKET):
        work.tickets.withdraw(kind, subject=str(user.id))
    work.audit.record(caller, "user.password_changed", str(user.id))
    if ends_tokens:
        end_tokens_of_user(work, caller, user)


def end_tokens_of_user(work: Work, caller: Caller, user: User) -> int:
    """End all that acts as a person: tokens, refresh tokens and codes; how many tokens were live."""
    ended = work.tokens.revoke_of_user(user.id, work.now)
    work.audit.record(caller, "user.tokens_revoked", str(user.id), count=ended)
    return ended


def is_set_up(work: Work) -> bool:
    """Whether somebody administers the platform."""
    return work.people.count_active_administrators() > 0


def new_setup_link(work: Work) -> str | None:
    """A fresh set-up link's token, the older ones void; None when the platform is set up."""
    if is_set_up(work):
        return None
    work.tickets.withdraw(SETUP_TICKET)
    token = new_token(SETUP_LINK, work.mint)
    work.tickets.issue(SETUP_TICKET, digest(token), subject="", expires_at=work.now + SETUP_LINK_LIVES)
    return token


def set_up(work: Work, account: NewAccount, *, name: str, language: str, token: str | None) -> User:
    """Make the first administrator and name the platform, at once and once.

    `token` is the set-up link's; None for the operator's own command. Raises AlreadySetUp; LinkOver; BadAccount.
    """
    if is_set_up(work):
        raise AlreadySetUp
    if token is not None and work.tickets.claim(SETUP_TICKET, digest(token), work.now) is None:
        raise LinkOver
    user = add_account(work, OPERATOR, account)
    work.tickets.withdraw(SETUP_TICKET)
    work.platform.keep("name", name)
    work.platform.keep("language", language)
    work.audit.record(OPERATOR, "platform.set_up", "platform", name=name)
    return user


def new_password_link(work: Work, caller: Caller, user: User) -> str:
    """The token of a link by which a person chooses a password, once, within 72 hours."""
    work.tickets.withdraw(PASSWORD_TICKET, subject=str(user.id))
    token = new_token(PASSWORD_LINK, work.mint)
    ends: Instant = work.now + PASSWORD_LINK_LIVES
    work.tickets.issue(PASSWORD_TICKET, digest(token), subject=str(user.id), expires_at=ends)
    work.audit.record(caller, "user.password_link", str(user.id))
    return token


def mail_first_password(work: Work, caller: Caller, user: User) -> bool:
    """Send the link of the first password; False when there is no mail server, or no address."""
    if not user.email or not work.mail.is_configured:
        return False
    return work.mail.send("first_password", user, path=PASSWORD_PATH + new_password_link(work, caller, user))


def ask_reset(work: Work, identifier: str, address: str) -> TooMany | None:
    """Send a link for a new password to who has this login or address: what comes back never tells whether.

    Returns TooMany, so that what was counted is kept. Raises NoMailServer. Source: security.md AU-08 to AU-10.
    """
    if not work.mail.is_configured:
        raise NoMailServer
    keys = (reset_key(identifier), address_key(address))
    wait_s = work.guesses.wait_s(keys, work.now)
    if wait_s:
        return TooMany(retry_after_s=wait_s)
    work.guesses.missed(keys, work.now)
    user = work.people.find_by_identifier(identifier)
    is_known = user is not None and user.email and user.may_act(work.now)
    # Of who is not known, what was typed is not written down: it may be a password in the wrong field.
    work.audit.record(NOBODY, "user.reset_asked", str(user.id) if user is not None and is_known else "")
    if user is None or not is_known:
        return None
    subject = str(user.id)
    if work.tickets.live(PASSWORD_TICKET, subject=subject, now=work.now) < MOST_RESET_LINKS:
        token = new_token(PASSWORD_LINK, work.mint)
        work.tickets.issue(PASSWORD_TICKET, digest(token), subject=subject, expires_at=work.now + RESET_LINK_LIVES)
        work.mail.send("reset_password", user, path=PASSWORD_PATH + token)
    return None


def keep_account(work: Work, before: User, after: User) -> None:
    """Keep the changed values of an account. With another mail address, links that went to the former one are void."""
    work.people.change(after)
    if after.email != before.email:
        work.tickets.withdraw(PASSWORD_TICKET, subject=str(after.id))
        work.mail.send("email_changed", before)


def person_of_link(work: Work, token: str) -> User:
    """Whose password link this is; it stays unspent. Raises LinkOver."""
    subject = work.tickets.peek(PASSWORD_TICKET, digest(token), work.now)
    user = work.people.find(PrincipalId(int(subject))) if subject else None
    if user is None or not user.may_act(work.now):
        raise LinkOver
    return user


def choose_password(work: Work, token: str, password_hash: str) -> User:
    """Spend a password link. Raises LinkOver."""
    user = person_of_link(work, token)
    if work.tickets.claim(PASSWORD_TICKET, digest(token), work.now) is None:
        raise LinkOver
    set_password(work, OPERATOR, user, password_hash)
    return user
