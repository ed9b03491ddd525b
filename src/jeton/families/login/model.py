"""The commands of the older login, and what it says when it refuses. Source: wire/oauth2.md section 9."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.kernel.ids import ClientId
from jeton.kernel.problems import Forbidden, Unauthenticated
from jeton.kernel.scopes import Access, Scope
from jeton.kit.text import sentence

WRITE: Final = Scope("accountsec", Access.WRITE)

CLIENT_ID: Final = ClientId("password-login")
"""The application that these tokens are of. It has no secret, so that nobody else passes for it."""
CLIENT_NAME: Final = "Password login"
NOWHERE: Final = "http://127.0.0.1/"
"""A callback, since an application of this type must have one: without a secret, no code can be exchanged."""
LIVES_S: Final = 86_400


class NoPasswordLogin(Forbidden):
    """The operator did not switch it on, or an administrator suspended it."""

    code = "no_password_login"
    sentence = sentence(
        "Passwords open nothing here: use OAuth2. Register an application, and let a person allow it in their browser; "
        "{metadata} tells where."
    )


class WrongLogin(Unauthenticated):
    """Nobody has this login with this password; or they may not sign in."""

    code = "wrong_login"
    sentence = sentence("Wrong identifier or password.")


class SecondNeeded(Forbidden):
    """The password was right; this account wants a second factor, which cannot be shown here."""

    code = "second_factor_needed"
    sentence = sentence(
        "A password alone does not open this account: it has a second factor. Use OAuth2, where a browser asks for it."
    )


class NotForPerson(Forbidden):
    """An administrator gave the older login to groups, and the person is in none of them."""

    code = "not_for_you"
    sentence = sentence("This application is not open to you")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Who, and their password; what it must match, and whether it did, are found on the way."""

    identifier: str
    password: str
    present_hash: str = ""
    is_right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOut:
    """The token of the call."""


class LoggedIn(NamedTuple):
    """A token, shown this once, and its number."""

    token: str
    number: int
