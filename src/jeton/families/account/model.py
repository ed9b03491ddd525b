"""What a person asks about their own account. Source: wire/resources.md section 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.kernel.people import User
from jeton.kernel.ports import LoginSession
from jeton.kernel.problems import FieldError, Forbidden, Unknown
from jeton.kernel.scopes import Access, Scope
from jeton.kit.text import sentence

READ: Final = Scope("account", Access.READ)
WRITE: Final = Scope("account", Access.WRITE)

SECURITY_READ: Final = Scope("accountsec", Access.READ)
SECURITY_WRITE: Final = Scope("accountsec", Access.WRITE)

WRONG_PASSWORD: Final = FieldError("current_password", "wrong_password", sentence("This is not your present password."))


class NoAccount(Forbidden):
    """The person was deleted meanwhile."""

    code = "no_account"
    sentence = sentence("This account is no longer there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """The calling person's account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReset:
    """A new password, asked for by login or mail address."""

    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount:
    """What to change of one's own account; None leaves a thing as it is."""

    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    phone: str | None = None
    organization: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """A new password, proved by the present one. Both become hashes and answers before the writer sees them."""

    current_password: str
    password: str
    repeated: str
    ends_tokens: bool = False
    """Whether applications lose their access too."""
    present_hash: str = ""
    about: tuple[str, ...] = ()
    password_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """One of one's own login sessions; None: all but the present one."""

    session: int | None = None


class NoSuchSession(Unknown):
    """The person has no such session (any more)."""

    code = "no_such_session"
    sentence = sentence("There is no such session, or it is over already.")


class AccountView(NamedTuple):
    """The account with its picture as a data URI; empty without one."""

    user: User
    picture: str


class SessionsView(NamedTuple):
    """One's own live sessions, the last used first, and which one is asking."""

    sessions: Sequence[LoginSession]
    present: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPicture:
    """One's own picture: as sent, later the PNG drawn of it."""

    content: bytes = b""
