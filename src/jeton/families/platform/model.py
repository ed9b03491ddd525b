"""What the platform tells of itself, and what an administrator changes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from jeton.kernel.configuration import MailServer, Setting
from jeton.kernel.mail import Queued
from jeton.kernel.scopes import Access, Scope
from jeton.kernel.tree import Totals
from jeton.kit.clock import Instant

READ: Final = Scope("admin", Access.READ)
WRITE: Final = Scope("admin", Access.WRITE)

NO_END_S: Final = 253_402_300_799
"""The end of a subscription that has none: the last second of the year 9999."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicConfiguration:
    """Name, language, and which features are there."""

    name: str
    language: str
    lock: bool
    lock_read: bool
    password_login: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoQuestion:
    """Nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure:
    """Settings to change, as text by name; the others stay. An empty secret takes it away."""

    changes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestMail:
    """A mail that shows whether mails arrive: to this address, or to the caller's when it is empty.

    The rest is filled on the way: what to hand over to which server, and then what that server said.
    """

    email: str = ""
    server: MailServer | None = None
    mail: Queued | None = None
    name: str = ""
    now: Instant = 0
    reply: str = ""


class SettingsView(NamedTuple):
    """The settings that can be changed with what they are, and what all spaces hold."""

    settings: tuple[Setting, ...]
    values: Mapping[str, str]
    stored: Totals
