"""Reading, setting and lifting an access policy. The values themselves are the kernel's (`kernel.access`)."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.kernel.access import Policy
from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import Invalid, Unknown
from jeton.kernel.scopes import Access, Scope, Scopes
from jeton.kit.text import sentence

READ: Final = Scope("users", Access.READ)
WRITE: Final = Scope("users", Access.WRITE)
ADMIN_WRITE: Final = Scopes.parse("admin.write")


class NoSuchTarget(Unknown):
    """Neither a user nor a group under this id."""

    code = "no_such_target"
    sentence = sentence("There is no such user, and no such group.")


class BadPolicy(Invalid):
    """The policy cannot be kept like this; it is told member by member."""

    code = "bad_policy"
    sentence = sentence("The days and addresses cannot be kept like this.")


class Option(NamedTuple):
    """A policy, and whose it is; the default one when none was set."""

    target: PrincipalId
    name: str
    is_group: bool
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOption:
    """The policy of a person or a group."""

    target: PrincipalId


class Ips(NamedTuple):
    """Addresses to set; None: from anywhere."""

    listed: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOption:
    """What to change of a policy; None leaves it."""

    target: PrincipalId
    days: int | None = None
    ips: Ips | None = None
