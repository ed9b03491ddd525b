"""The use cases on one's own second factors. Every one reads (work, caller, command) -> value.

On the console an act asks for a password shown within 15 minutes; an application shows the password with each call.
"""

from dataclasses import replace

from jeton.families.security.model import (
    WRONG_PASSWORD,
    AddPasskey,
    Ceremony,
    Codes,
    ConfirmTotp,
    Enrolment,
    NoAccount,
    OwnSecurity,
    Proved,
    RemovePasskey,
    SecurityView,
)
from jeton.kernel import proving
from jeton.kernel.caller import Caller
from jeton.kernel.configuration import platform_name
from jeton.kernel.declare import UseCase
from jeton.kernel.factors import (
    MOST_PASSKEYS,
    WRONG_CODE,
    WRONG_PASSKEY,
    BadFactor,
    HasTotp,
    NoFactor,
    NoTotp,
    Passkey,
    creation_options,
    new_seed,
    passkey_name_fault,
    passkey_subject,
    read_code,
    read_shown,
    seed_purpose,
    totp_uri,
)
from jeton.kernel.guesses import account_key, address_key
from jeton.kernel.people import User
from jeton.kernel.ports import Work, Workshop
from jeton.kernel.problems import FieldError, Problem, TooMany
from jeton.kit.text import sentence


def read(work: Work, caller: Caller, command: OwnSecurity) -> SecurityView:
    """Read what protects the calling person's account."""
    user = _person(work, caller)
    totp = proving.has_totp(work, user.id)
    return SecurityView(user.login, totp, work.factors.codes_left(user.id), work.factors.passkeys(user.id))


# Codes by an application ------------------------------------------------------------------------------------------


def start_totp(work: Work, caller: Caller, command: OwnSecurity) -> Enrolment:
    """Begin codes by an application: a new seed, which counts once a code of it was shown. Raises HasTotp."""
    user = _person(work, caller)
    seed = new_seed(work.mint)
    if not work.factors.begin_totp(user.id, work.seals.seal(seed, seed_purpose(user.id)), work.now):
        raise HasTotp
    work.audit.record(caller, "factor.totp_begun", str(user.id))
    return _enrolment(work, user, seed)


def begun_totp(work: Work, caller: Caller, command: OwnSecurity) -> Enrolment | None:
    """The seed that waits for its first code; None when none does."""
    user = _person(work, caller)
    totp = work.factors.totp(user.id)
    seed = proving.opened_seed(work, user.id, totp) if totp and totp.confirmed_at is None else None
    return None if seed is None else _enrolment(work, user, seed)


def admit_confirm(work: Work, caller: Caller, command: ConfirmTotp) -> ConfirmTotp:
    """Open the seed for `prepare`. Raises NoTotp."""
    totp = work.factors.totp(caller.principal)
    seed = proving.opened_seed(work, caller.principal, totp)
    if totp is None or seed is None or totp.confirmed_at is not None:
        raise NoTotp
    return replace(command, sealed=totp.sealed, seed=seed, now=work.now)


def prepare_confirm(workshop: Workshop, command: ConfirmTotp) -> ConfirmTotp:
    """Find the step of the code. Raises BadFactor."""
    code = read_code(command.code)
    step = workshop.totp_step(command.seed, code, command.now) if code else None
    if step is None:
        raise BadFactor(WRONG_CODE)
    return replace(command, seed="", code="", step=step)


def confirm_totp(work: Work, caller: Caller, command: ConfirmTotp) -> Codes:
    """Let the codes count from now on. With the first second factor come recovery codes, told this once."""
    return Codes(proving.set_totp(work, caller, _person(work, caller), command.sealed, command.step))


def remove_totp(work: Work, caller: Caller, command: OwnSecurity) -> None:
    """Remove the codes by an application. Raises NoTotp."""
    proving.remove_totp(work, caller, _person(work, caller))


def renew_codes(work: Work, caller: Caller, command: OwnSecurity) -> Codes:
    """Make ten new recovery codes, told this once; all from before are void. Raises NoFactor."""
    user = _person(work, caller)
    if not proving.has_second(work, user.id):
        raise NoFactor
    return Codes(proving.renew_codes(work, caller, user))


# Passkeys ---------------------------------------------------------------------------------------------------------


def begin_passkey(work: Work, caller: Caller, name: str) -> Ceremony:
    """What a browser is asked so that it makes a passkey of this name. Raises BadFactor."""
    user = _person(work, caller)
    held = work.factors.passkeys(user.id)
    fault = passkey_name_fault(name)
    if fault is not None:
        raise BadFactor(fault)
    if len(held) >= MOST_PASSKEYS:
        text = sentence("At most {most} passkeys are kept: remove one first.")
        raise BadFactor(FieldError("name", "too_many", text, {"most": MOST_PASSKEYS}))
    challenge = proving.issue_challenge(work, passkey_subject("add", user.id))
    return Ceremony(creation_options(challenge, platform_name(work.platform), user, held), name)


def prepare_passkey(workshop: Workshop, command: AddPasskey) -> AddPasskey:
    """Verify what the browser answered, outside any transaction. Raises BadFactor."""
    shown = read_shown(command.response)
    fault = passkey_name_fault(command.name)
    if shown is None or fault is not None:
        raise BadFactor(fault or WRONG_PASSKEY)
    made = workshop.new_passkey(command.response, shown.challenge)
    return replace(command, response="", challenge=shown.challenge, made=made)


def add_passkey(work: Work, caller: Caller, command: AddPasskey) -> Codes:
    """Keep a passkey; its challenge is spent. Raises BadFactor."""
    user, made = _person(work, caller), command.made
    if made is None or not proving.spend_challenge(work, command.challenge, passkey_subject("add", user.id)):
        raise BadFactor(WRONG_PASSKEY)
    if work.factors.find_passkey(made.credential) is not None or len(work.factors.passkeys(user.id)) >= MOST_PASSKEYS:
        raise BadFactor(WRONG_PASSKEY)
    number = work.mint.number(work.now)
    passkey = Passkey(
        number, user.id, made.credential, made.public_key, made.sign_count, command.name, work.now, used_at=None
    )
    return Codes(proving.add_passkey(work, caller, user, passkey))


def remove_passkey(work: Work, caller: Caller, command: RemovePasskey) -> None:
    """Remove one of one's own passkeys. Raises NoSuchPasskey."""
    proving.remove_passkey(work, caller, _person(work, caller), command.passkey)


# By an application, which shows the person's password -------------------------------------------------------------


def admit_proved(work: Work, caller: Caller, command: Proved) -> Proved:
    """Tell `prepare` what the password must match, and open what the command itself needs. Raises TooMany, NoTotp."""
    user = _person(work, caller)
    wait_s = work.guesses.wait_s((account_key(user.login),), work.now)
    if wait_s:
        raise TooMany(retry_after_s=wait_s)
    then = command.then
    if isinstance(then, ConfirmTotp):
        then = admit_confirm(work, caller, then)
    return replace(command, then=then, present_hash=user.password_hash)


def prepare_proved(workshop: Workshop, command: Proved) -> Proved:
    """Judge the password, and then what the command itself prepares. Raises BadFactor."""
    is_right = workshop.verify_password(command.present_hash, command.password)
    then = command.then
    if is_right and isinstance(then, ConfirmTotp):
        then = prepare_confirm(workshop, then)
    return replace(command, password="", then=then, is_right=is_right)


def proved(use: UseCase) -> UseCase:
    """The use case, for who shows the password. A wrong one is counted, as at the login page, so it is returned."""

    def call(work: Work, caller: Caller, command: Proved) -> object:
        user = _person(work, caller)
        refusal = _refusal(work, user, command)
        return use(work, caller, command.then) if refusal is None else refusal

    call.__doc__ = use.__doc__
    return call


def _refusal(work: Work, user: User, command: Proved) -> Problem | None:
    keys = (account_key(user.login), address_key(work.origin.address if work.origin else ""))
    wait_s = work.guesses.wait_s(keys, work.now)
    if wait_s:
        return TooMany(retry_after_s=wait_s)
    if not command.is_right or user.password_hash != command.present_hash:
        work.guesses.missed(keys, work.now)
        return BadFactor(WRONG_PASSWORD)
    work.guesses.forget(account_key(user.login))
    return None


def _person(work: Work, caller: Caller) -> User:
    user = work.people.find(caller.principal)
    if user is None:
        raise NoAccount
    return user


def _enrolment(work: Work, user: User, seed: str) -> Enrolment:
    return Enrolment(seed, totp_uri(seed, platform_name(work.platform), user.login))
