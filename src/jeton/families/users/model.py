"""What one asks about users, and what may be wrong with it. Source: wire/resources.md section 2; product.md D19."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.kernel.accounts import NewAccount
from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import User
from jeton.kernel.problems import Conflict, Unknown
from jeton.kernel.scopes import Access, Scope, Scopes
from jeton.kit.clock import Instant
from jeton.kit.text import sentence

READ: Final = Scope("users", Access.READ)
WRITE: Final = Scope("users", Access.WRITE)
ADMIN_WRITE: Final = Scopes.of(["admin.write"])
"""What touching an administrator's account needs besides (decisions.md, "Who may give what")."""

MOST_USERS: Final = 200_000
ADMINISTRATORS_OWN: Final = ("login", "email", "is_active", "is_administrator", "expires_at")


class NoSuchUser(Unknown):
    """No user under this id."""

    code = "no_such_user"
    sentence = sentence("There is no such user.")


class LastAdministrator(Conflict):
    """Nobody would be left to administer the platform."""

    code = "last_administrator"
    sentence = sentence("This is the last active administrator: make another one first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsers:
    """Users by login, from `offset` on; those that hold `search`."""

    search: str = ""
    offset: int = 0
    limit: int = MOST_USERS


@dataclass(frozen=True, slots=True, kw_only=True)
class OneUser:
    """Something about one user."""

    user: PrincipalId


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUser:
    """A new user. The password, when there is one, becomes a hash before the writer sees it."""

    account: NewAccount
    password: str | None = None
    quota_bytes: int | None = None
    send_mail: bool = True
    """Whether a person without a password is sent the link by which to choose one."""


class End(NamedTuple):
    """When an account ends; None: never."""

    at: Instant | None


class UserView(NamedTuple):
    """A user as their page shows them: whether the password alone opens the account."""

    user: User
    has_second: bool


class UserQuota(NamedTuple):
    """What a person's private space may hold (0: no limit of its own), and what it holds, in bytes."""

    quota_bytes: int
    used_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser:
    """What to change of a user; None leaves a thing as it is."""

    user: PrincipalId
    login: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    phone: str | None = None
    organization: str | None = None
    language: str | None = None
    is_active: bool | None = None
    is_administrator: bool | None = None
    password: str | None = None
    password_hash: str = ""
    about: tuple[str, ...] = ()
    end: End | None = None
    quota_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersPage:
    """A page of the console's list; `page` counts from 1."""

    users: tuple[User, ...]
    search: str
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithLink:
    """A user, and the token of the link by which they choose a password: shown once, empty when it was mailed."""

    user: User
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPicture:
    """A picture of a user: as sent, later the PNG drawn of it."""

    user: PrincipalId
    content: bytes = b""
