"""Second factors at work: unfinished logins, challenges, and every change, each with its line and its mail.

Shared by the console's doors, the calls, the users' pages and the commands.
"""

from typing import Final

from jeton.kernel.caller import Caller
from jeton.kernel.configuration import SealBroken
from jeton.kernel.factors import (
    CHALLENGE_LIVES,
    CHALLENGE_TICKET,
    LOGIN_LIVES,
    LOGIN_TICKET,
    RECOVERY_CODES,
    TRUST_LIVES,
    TRUST_TICKET,
    NoSuchPasskey,
    NoTotp,
    Passkey,
    Totp,
    new_challenge,
    new_recovery_code,
    read_recovery_code,
    seed_purpose,
)
from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kit.mint import TRUSTED_BROWSER, UNFINISHED_LOGIN, digest, new_token, parse_token

SECURITY_PATH: Final = "/account/security"


def has_totp(work: Work, user: PrincipalId) -> bool:
    """Whether codes by an application count."""
    totp = work.factors.totp(user)
    return totp is not None and totp.confirmed_at is not None


def has_second(work: Work, user: PrincipalId) -> bool:
    """Whether a password alone does not open this account."""
    return has_totp(work, user) or bool(work.factors.passkeys(user))


def opened_seed(work: Work, user: PrincipalId, totp: Totp | None) -> str | None:
    """The seed of a person's codes; None without one, or while its key file is away."""
    try:
        return work.seals.open(totp.sealed, seed_purpose(user)) if totp else None
    except SealBroken:
        return None


# An unfinished login: not a session, and it opens nothing ---------------------------------------------------------


def begin_login(work: Work, user: User) -> str:
    """The token of a login whose password was right; it waits for the second factor."""
    token = new_token(UNFINISHED_LOGIN, work.mint)
    ends = work.now + LOGIN_LIVES
    work.tickets.issue(LOGIN_TICKET, digest(token), subject=str(user.id), expires_at=ends)
    return token


def person_of_login(work: Work, token: str | None) -> User | None:
    """Whose unfinished login this is; it stays unspent. None when it is over, or the person may not sign in."""
    parsed = parse_token(token) if token else None
    if token is None or parsed is None or parsed.prefix != UNFINISHED_LOGIN:
        return None
    subject = work.tickets.peek(LOGIN_TICKET, digest(token), work.now)
    user = work.people.find(PrincipalId(int(subject))) if subject else None
    return user if user is not None and user.may_act(work.now) else None


def spend_login(work: Work, token: str) -> bool:
    """Finish it; False when somebody did meanwhile."""
    return work.tickets.claim(LOGIN_TICKET, digest(token), work.now) is not None


def spend_recovery_code(work: Work, caller: Caller, user: User, typed: str) -> bool:
    """Spend a recovery code; False when it is unknown or was spent before."""
    if not work.factors.spend_code(user.id, digest(read_recovery_code(typed)), work.now):
        return False
    left = work.factors.codes_left(user.id)
    work.audit.record(caller, "factor.code_spent", str(user.id), left=left)
    work.mail.send("code_spent", user, path=SECURITY_PATH, left=str(left))
    return True


def trust_browser(work: Work, user: User) -> str:
    """The token of a browser that shall not be asked again for a while."""
    token = new_token(TRUSTED_BROWSER, work.mint)
    ends = work.now + TRUST_LIVES
    work.tickets.issue(TRUST_TICKET, digest(token), subject=str(user.id), expires_at=ends)
    return token


def is_trusted(work: Work, user: User, token: str | None) -> bool:
    """Whether a browser's token spares this person the second factor."""
    return token is not None and work.tickets.peek(TRUST_TICKET, digest(token), work.now) == str(user.id)


# Challenges -------------------------------------------------------------------------------------------------------


def issue_challenge(work: Work, subject: str) -> str:
    """A challenge for a passkey, good once, for `subject` and nothing else, within five minutes."""
    challenge = new_challenge(work.mint)
    ends = work.now + CHALLENGE_LIVES
    work.tickets.issue(CHALLENGE_TICKET, digest(challenge), subject=subject, expires_at=ends)
    return challenge


def spend_challenge(work: Work, challenge: str, subject: str) -> bool:
    """Spend one; False when it is none of ours, for something else, or over."""
    return work.tickets.claim(CHALLENGE_TICKET, digest(challenge), work.now) == subject


# Changes ----------------------------------------------------------------------------------------------------------


def set_totp(work: Work, caller: Caller, user: User, sealed: str, step: int) -> tuple[str, ...]:
    """Let a begun seed count from now on; recovery codes when there are none. Raises NoTotp."""
    if not work.factors.confirm_totp(user.id, sealed, step, work.now):
        raise NoTotp
    work.audit.record(caller, "factor.totp_set", str(user.id))
    work.mail.send("totp_set", user, path=SECURITY_PATH)
    return _first_codes(work, user)


def remove_totp(work: Work, caller: Caller, user: User) -> None:
    """Forget the codes by an application; the recovery codes too where nothing is left. Raises NoTotp."""
    if not work.factors.remove_totp(user.id):
        raise NoTotp
    work.audit.record(caller, "factor.totp_removed", str(user.id))
    work.mail.send("totp_removed", user, path=SECURITY_PATH)
    _tidy(work, user)


def add_passkey(work: Work, caller: Caller, user: User, passkey: Passkey) -> tuple[str, ...]:
    """Keep a passkey; recovery codes when there are none. Raises Conflict when it is there."""
    work.factors.add_passkey(passkey)
    work.audit.record(caller, "factor.passkey_added", str(user.id), passkey=passkey.name)
    work.mail.send("passkey_added", user, path=SECURITY_PATH, passkey=passkey.name)
    return _first_codes(work, user)


def remove_passkey(work: Work, caller: Caller, user: User, number: int) -> None:
    """Forget a passkey; the recovery codes too where nothing is left. Raises NoSuchPasskey."""
    name = next((passkey.name for passkey in work.factors.passkeys(user.id) if passkey.id == number), "")
    if not work.factors.remove_passkey(user.id, number):
        raise NoSuchPasskey
    work.audit.record(caller, "factor.passkey_removed", str(user.id), passkey=name)
    work.mail.send("passkey_removed", user, path=SECURITY_PATH, passkey=name)
    _tidy(work, user)


def renew_codes(work: Work, caller: Caller, user: User) -> tuple[str, ...]:
    """New recovery codes in place of all before: they are told now, and never again."""
    codes = _keep_codes(work, user)
    work.audit.record(caller, "factor.codes_made", str(user.id))
    work.mail.send("codes_made", user, path=SECURITY_PATH)
    return codes


def take_off(work: Work, caller: Caller, user: User) -> bool:
    """Take all of somebody's second factors off; whether there were any."""
    removed = has_second(work, user.id)
    work.factors.remove_totp(user.id)
    for passkey in work.factors.passkeys(user.id):
        work.factors.remove_passkey(user.id, passkey.id)
    _tidy(work, user)
    work.audit.record(caller, "factor.taken_off", str(user.id))
    if removed:
        work.mail.send("factors_taken_off", user, path=SECURITY_PATH)
    return removed


def _first_codes(work: Work, user: User) -> tuple[str, ...]:
    return () if work.factors.codes_left(user.id) else _keep_codes(work, user)


def _keep_codes(work: Work, user: User) -> tuple[str, ...]:
    codes = tuple(new_recovery_code(work.mint) for _ in range(RECOVERY_CODES))
    work.factors.keep_codes(user.id, [digest(read_recovery_code(code)) for code in codes])
    return codes


def _tidy(work: Work, user: User) -> None:
    """Logins on their way and trusted browsers are over, and recovery codes go with the last that they stood in for."""
    for kind in (LOGIN_TICKET, TRUST_TICKET):
        work.tickets.withdraw(kind, subject=str(user.id))
    if not has_second(work, user.id):
        work.factors.keep_codes(user.id, ())
