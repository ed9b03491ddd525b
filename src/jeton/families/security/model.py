"""The commands on one's own second factors; their values are the kernel's (`kernel.factors`). See divergences.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from jeton.kernel.factors import NewPasskey, Passkey
from jeton.kernel.problems import FieldError, Forbidden
from jeton.kernel.scopes import Access, Scope
from jeton.kit.clock import Instant
from jeton.kit.text import sentence

READ: Final = Scope("accountsec", Access.READ)
WRITE: Final = Scope("accountsec", Access.WRITE)

WRONG_PASSWORD: Final = FieldError("password", "wrong_password", sentence("This is not your present password."))


class NoAccount(Forbidden):
    """The person was deleted meanwhile."""

    code = "no_account"
    sentence = sentence("This account is no longer there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSecurity:
    """Of the calling person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmTotp:
    """A code of the begun seed. What the seed is comes in at `admit`, the step at `prepare`."""

    code: str
    sealed: str = ""
    seed: str = ""
    now: Instant = 0
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPasskey:
    """A browser's answer, and a name for the passkey; verified at `prepare`."""

    response: str
    name: str
    challenge: str = ""
    made: NewPasskey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePasskey:
    """One of one's own passkeys."""

    passkey: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A command of an application, with the person's password: judged at `prepare`, counted in the writer."""

    password: str
    then: Any  # the command itself
    present_hash: str = ""
    is_right: bool = False


class SecurityView(NamedTuple):
    """What stands guard: codes by an application, unspent recovery codes, passkeys."""

    login: str
    totp: bool
    codes_left: int
    passkeys: Sequence[Passkey]


class Enrolment(NamedTuple):
    """A begun seed: as text, and as authenticator applications read it."""

    secret: str
    uri: str


class Ceremony(NamedTuple):
    """What a browser is asked so that it makes a passkey, and the name that it will have."""

    options: dict[str, Any]
    name: str


class Codes(NamedTuple):
    """Recovery codes, told once; none when those from before stay."""

    codes: tuple[str, ...]
