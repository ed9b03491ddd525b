"""The commands on connected applications. The values are the kernel's (`kernel.consents`, `kernel.tokens`)."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.kernel.applications import Application
from jeton.kernel.consents import Consent
from jeton.kernel.ids import ClientId
from jeton.kernel.problems import Unknown
from jeton.kernel.scopes import Access, Scope, Scopes
from jeton.kit.text import sentence

READ: Final = Scope("accountsec", Access.READ)
WRITE: Final = Scope("accountsec", Access.WRITE)


class NotConnected(Unknown):
    """The person allows no such application anything (any more)."""

    code = "not_connected"
    sentence = sentence("This application has no access to your account, or none any more.")


class Connection(NamedTuple):
    """An application that may act as a person, and how far."""

    application: Application
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnConnections:
    """The calling person's applications."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """Leave an application no more than `kept` of what it was allowed."""

    client_id: ClientId
    kept: Scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """Take an application's access back; None: that of all."""

    client_id: ClientId | None = None
