"""What an administrator may change while the platform runs: every setting, its bounds, and what it is for. Pure.

Settings are kept as text under their names (`kernel.ports.Platform`); the mail server's password is sealed. What the
operator decides before a start is elsewhere: environment variables, read by assembly.
"""

import ipaddress
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.locks import OFF, ON, OPTIONS, LockKind
from jeton.kernel.logs import DEFAULT_LOG_DAYS, LOG_DAYS
from jeton.kernel.people import email_fault
from jeton.kernel.problems import FieldError, Invalid
from jeton.kernel.trash import DEFAULT_DAYS, TRASH_DAYS
from jeton.kernel.versions import DEFAULT_COUNT, DEFAULT_VERSION_DAYS, VERSION_COUNT, VERSION_DAYS
from jeton.kit.text import has_controls, sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Platform

SMTP_PASSWORD: Final = "smtp_password"
LONGEST_TEXT: Final = 200
MOST_DAYS: Final = 3650
MOST_VERSIONS: Final = 100_000

_HOST: Final = re.compile(r"(?!-)[A-Za-z0-9.:_-]{1,253}")


class Seals(Protocol):
    """What must be read again and may not lie in clear, or must be as we wrote it.

    `purpose` says what for: a seal opens, and a signature holds, for nothing else.
    """

    def seal(self, text: str, purpose: str) -> str:
        """The text, sealed with the newest key."""

    def open(self, sealed: str, purpose: str) -> str:
        """The text again. Raises SealBroken."""

    def sign(self, content: bytes, purpose: str) -> tuple[str, bytes]:
        """The newest key's id, and what it signs this with."""

    def is_signed(self, content: bytes, key: str, signature: bytes, purpose: str) -> bool:
        """Whether a key signed this. Raises SealBroken when it is not here."""


class SealBroken(Exception):
    """No key here opens it: a key file is missing, or what was kept is not what was sealed."""


class Security(StrEnum):
    """How a mail server is spoken to."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailServer(NamedTuple):
    """Where mail is handed over."""

    host: str
    port: int
    security: Security
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"  # never its password


class Setting(NamedTuple):
    """One setting: the section that shows it, what it is before anybody changes it, and a sentence on it.

    A number has bounds; a choice has words; else it is text.
    """

    name: str
    section: str
    default: str
    meaning: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    is_secret: bool = False

    @property
    def is_number(self) -> bool:
        return self.most is not None


SETTINGS: Final = (
    Setting("name", "general", "Jeton", sentence("The name that people see, on pages and in mails.")),
    Setting(
        "language",
        "general",
        "en",
        sentence("The language of who has not chosen one."),
        choices=("en", "fr"),
    ),
    Setting(
        LockKind.WRITE.value,
        "files",
        OPTIONS[LockKind.WRITE],
        sentence("Who edits a file may lock it: nobody else changes it meanwhile. Switched off, such locks end."),
        choices=(ON, OFF),
    ),
    Setting(
        LockKind.READ_AND_WRITE.value,
        "files",
        OPTIONS[LockKind.READ_AND_WRITE],
        sentence("They may also lock it so that nobody else downloads it. Switched off, such locks end."),
        choices=(ON, OFF),
    ),
    Setting(
        TRASH_DAYS,
        "trash",
        str(DEFAULT_DAYS),
        sentence("Days in the trash before something is destroyed; 0: until somebody destroys it."),
        least=0,
        most=MOST_DAYS,
    ),
    Setting(
        VERSION_COUNT,
        "versions",
        str(DEFAULT_COUNT),
        sentence("Versions kept of a file, its current one among them; 0: all of them."),
        least=0,
        most=MOST_VERSIONS,
    ),
    Setting(
        VERSION_DAYS,
        "versions",
        str(DEFAULT_VERSION_DAYS),
        sentence("Days that a version is kept after another replaced it; 0: as long as the number of versions allows."),
        least=0,
        most=MOST_DAYS,
    ),
    Setting(
        LOG_DAYS,
        "trash",
        str(DEFAULT_LOG_DAYS),
        sentence("Days that lines of the journal are kept; 0: for ever."),
        least=0,
        most=MOST_DAYS,
    ),
    Setting("smtp_host", "mail", "", sentence("The server that sends mails; empty: no mail is sent.")),
    Setting("smtp_port", "mail", "587", sentence("Usually 587 with STARTTLS, 465 with TLS."), least=1, most=65535),
    Setting(
        "smtp_security",
        "mail",
        Security.STARTTLS.value,
        sentence("How the connection is protected. The server's certificate is always verified."),
        choices=tuple(Security),
    ),
    Setting("smtp_user", "mail", "", sentence("The user name at the mail server, if it asks for one.")),
    Setting(SMTP_PASSWORD, "mail", "", sentence("The password at the mail server. It is not shown."), is_secret=True),
    Setting("smtp_sender", "mail", "", sentence("The address that mails come from.")),
)
BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


class BadConfiguration(Invalid):
    """The configuration cannot be kept like this; it is told setting by setting."""

    code = "bad_configuration"
    sentence = sentence("The configuration cannot be kept like this.")


def current(platform: "Platform") -> dict[str, str]:
    """Every setting as it holds now, as text. That of a secret is sealed."""
    return {setting.name: _held(platform, setting) for setting in SETTINGS}


def platform_name(platform: "Platform") -> str:
    """The name that people see."""
    return _held(platform, BY_NAME["name"])


def mail_server(values: Mapping[str, str], password: str) -> MailServer | None:
    """The mail server of these settings; None when there is none."""
    if not values["smtp_host"]:
        return None
    return MailServer(
        host=values["smtp_host"],
        port=int(values["smtp_port"]),
        security=Security(values["smtp_security"]),
        user=values["smtp_user"],
        password=password,
        sender=values["smtp_sender"],
    )


def current_mail_server(platform: "Platform", seals: Seals) -> MailServer | None:
    """The mail server that is set now, its password opened. Raises SealBroken."""
    values = current(platform)
    sealed = values[SMTP_PASSWORD]
    return mail_server(values, seals.open(sealed, SMTP_PASSWORD) if sealed and values["smtp_host"] else "")


def configuration_faults(before: Mapping[str, str], changes: Mapping[str, str]) -> list[FieldError]:
    """Everything wrong with changed settings: each by itself, then all together; `before` is what holds now."""
    faults = [fault for name, value in changes.items() if (fault := _fault(BY_NAME[name], value)) is not None]
    return faults or _faults_together({**before, **changes}) or _faults_of_the_move(before, changes)


def _held(platform: "Platform", setting: Setting) -> str:
    kept = platform.value(setting.name)
    if kept is None or (not setting.is_secret and _fault(setting, kept) is not None):
        return setting.default
    return kept


def _fault(setting: Setting, value: str) -> FieldError | None:
    name = setting.name
    if setting.is_number:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
        if not (setting.least or 0) <= number <= (setting.most or 0):
            text = sentence("A whole number from {least} to {most} is needed here.")
            return FieldError(name, "out_of_range", text, {"least": setting.least, "most": setting.most})
    elif setting.choices:
        if value not in setting.choices:
            text = sentence("One of these is needed here: {choices}.")
            return FieldError(name, "not_a_choice", text, {"choices": ", ".join(setting.choices)})
    elif len(value) > LONGEST_TEXT or has_controls(value):
        text = sentence("At most {most} characters, on one line.")
        return FieldError(name, "bad_text", text, {"most": LONGEST_TEXT})
    elif name == "name" and not value.strip():
        return FieldError(name, "empty", sentence("A name is needed here."))
    elif name == "smtp_host" and value and not _HOST.fullmatch(value):
        return FieldError(name, "bad_host", sentence("A host name or an address is needed here, without a port."))
    elif name == "smtp_sender" and value and not is_address(value):
        return FieldError(name, "bad_address", sentence("An address such as documents@example.org is needed here."))
    return None


def _faults_together(values: Mapping[str, str]) -> list[FieldError]:
    if not values["smtp_host"]:
        return []
    faults = []
    if not values["smtp_sender"]:
        text = sentence("A mail server needs an address that mails come from.")
        faults.append(FieldError("smtp_sender", "needed", text))
    if values[SMTP_PASSWORD] and not values["smtp_user"]:
        faults.append(FieldError("smtp_user", "needed", sentence("A password goes with a user name.")))
    if values["smtp_security"] == Security.NONE and values["smtp_user"] and not _is_own(values["smtp_host"]):
        text = sentence("A password may not travel unprotected: choose STARTTLS or TLS.")
        faults.append(FieldError("smtp_security", "unprotected", text))
    return faults


def _faults_of_the_move(before: Mapping[str, str], changes: Mapping[str, str]) -> list[FieldError]:
    """Whoever names another server gives the password again: it would else be shown to one that they chose."""
    if changes.get("smtp_host") and before[SMTP_PASSWORD] and SMTP_PASSWORD not in changes:
        return [FieldError(SMTP_PASSWORD, "needed", sentence("Another server: give the password again."))]
    return []


def is_address(text: str) -> bool:
    """Whether a text is one mail address, as far as a look tells."""
    return text.isascii() and email_fault(text) is None


def _is_own(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
