"""The use cases of the older login. Every one reads (work, caller, command) -> value.

What it gives are tokens as any other: of an application that an administrator sees, narrows, suspends and cuts off, and
that the person finds among their connected applications.
"""

from dataclasses import replace

from jeton.families.login.model import (
    CLIENT_ID,
    CLIENT_NAME,
    LIVES_S,
    NOWHERE,
    LoggedIn,
    LogIn,
    LogOut,
    NoPasswordLogin,
    NotForPerson,
    SecondNeeded,
    WrongLogin,
)
from jeton.kernel.access import check_access
from jeton.kernel.accounts import LONGEST_IDENTIFIER
from jeton.kernel.applications import Application, ApplicationType
from jeton.kernel.audiences import is_for
from jeton.kernel.caller import NOBODY, Caller, CallerKind
from jeton.kernel.configuration import platform_name
from jeton.kernel.guesses import account_key, address_key
from jeton.kernel.ids import TokenId
from jeton.kernel.passwords import LONGEST_PASSWORD_BYTES, password_bytes
from jeton.kernel.people import User
from jeton.kernel.ports import Work, Workshop
from jeton.kernel.problems import Problem, TooMany
from jeton.kernel.proving import has_second
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kernel.tokens import end_token
from jeton.kit.clock import SECOND
from jeton.kit.mint import ACCESS_TOKEN, digest, new_token


def admit_log_in(work: Work, caller: Caller, command: LogIn) -> LogIn:
    """Tell `prepare` what the password must match. Raises NoPasswordLogin, TooMany."""
    _check_offered(work)
    user = work.people.find_by_identifier(command.identifier[:LONGEST_IDENTIFIER])
    wait_s = work.guesses.wait_s((_key(user, command),), work.now)
    if wait_s:
        raise TooMany(retry_after_s=wait_s)
    usable = user is not None and user.may_act(work.now)
    return replace(command, present_hash=user.password_hash if user is not None and usable else "")


def prepare_log_in(workshop: Workshop, command: LogIn) -> LogIn:
    """Judge the password, at the same cost for who does not exist."""
    fits = len(password_bytes(command.password)) <= LONGEST_PASSWORD_BYTES
    is_right = fits and workshop.verify_password(command.present_hash, command.password)
    return replace(command, password="", is_right=is_right)


def log_in(work: Work, caller: Caller, command: LogIn) -> LoggedIn | Problem:
    """Log a person in by their password. Only where the operator serves it; OAuth2 is the way otherwise.

    A wrong one is counted, as at the login page, so it is returned. Raises NoPasswordLogin, SecondNeeded, NotForPerson,
    OutsidePolicy.
    """
    application = _check_offered(work)
    user = work.people.find_by_identifier(command.identifier[:LONGEST_IDENTIFIER])
    address = "" if work.origin is None else work.origin.address
    keys = (_key(user, command), address_key(address))
    wait_s = work.guesses.wait_s(keys, work.now)
    if wait_s:
        return TooMany(retry_after_s=wait_s)
    is_right = command.is_right and user is not None and user.password_hash == command.present_hash
    if user is None or not is_right or not user.may_act(work.now):
        work.guesses.missed(keys, work.now)
        if user is not None:
            work.audit.refused(NOBODY, "login.refused", str(user.id), "wrong_login", name=user.login)
        return WrongLogin()
    if has_second(work, user.id):
        raise SecondNeeded
    check_access(work, user.id, address)
    application = application or _registered(work)
    if not is_for(work, application, user.id):
        raise NotForPerson
    work.guesses.forget(account_key(user.login))
    return _given(work, application, user)


def log_out(work: Work, caller: Caller, command: LogOut) -> None:
    """End the token of this call. Raises NoPasswordLogin where the older login is not served."""
    _check_offered(work)
    token = None if caller.token_id is None else work.tokens.find(caller.token_id)
    if token is not None:
        end_token(work, caller, token)


def _check_offered(work: Work) -> Application | None:
    """The application of these tokens, once there is one. Raises NoPasswordLogin: not switched on, or suspended."""
    application = work.applications.find(CLIENT_ID) if work.password_login else None
    if not work.password_login or (application is not None and application.is_suspended):
        raise NoPasswordLogin(metadata="/.well-known/oauth-authorization-server")
    return application


def _key(user: User | None, command: LogIn) -> str:
    return account_key(user.login if user is not None else command.identifier[:LONGEST_IDENTIFIER])


def _registered(work: Work) -> Application:
    """The application, made by the first who logs in."""
    name, number = CLIENT_NAME, 1
    while work.applications.taken_name(name):
        number += 1
        name = f"{CLIENT_NAME} {number}"
    application = Application(
        id=work.mint.number(work.now),
        client_id=CLIENT_ID,
        principal=None,
        name=name,
        description="POST /api/auth",
        editor=platform_name(work.platform),
        editor_url="",
        type=ApplicationType.CLIENT,
        is_public=False,
        callback_urls=(NOWHERE,),
        scopes=ALL_SCOPES,
        lifetime_s=LIVES_S,
        is_suspended=False,
        has_logo=False,
        created_at=work.now,
        created_by="jeton",
        last_used_at=None,
    )
    work.applications.add(application)
    work.audit.record(NOBODY, "application.created", CLIENT_ID, name=name)
    return application


def _given(work: Work, application: Application, user: User) -> LoggedIn:
    number = work.mint.number(work.now)
    token = new_token(ACCESS_TOKEN, work.mint, number)
    ends = work.now + application.lifetime_s * SECOND
    work.tokens.give(application, user.id, TokenId(number), digest(token), expires_at=ends, now=work.now)
    work.consents.keep(user.id, CLIENT_ID, application.scopes, work.now)
    person = Caller(CallerKind.PERSON, user.id, user.full_name, user.is_administrator, application.scopes, CLIENT_ID)
    work.audit.record(person, "token.issued", str(number))
    return LoggedIn(token, number)
