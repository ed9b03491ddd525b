"""People as values, and the rules on logins, addresses and names (passwords: `kernel.passwords`)."""

import re
import unicodedata
from typing import Final, NamedTuple

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.problems import FieldError
from jeton.kit.clock import Instant
from jeton.kit.text import has_controls, sentence

LANGUAGES: Final = ("auto", "fr", "en")

SHORTEST_LOGIN: Final = 2
LONGEST_LOGIN: Final = 60
LONGEST_EMAIL: Final = 254
MOST_EMAILS: Final = 10
LONGEST_NAME: Final = 100

_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@(?!-)[\w-]+(?:\.[\w-]+)*")
_MIXED_BY_NATURE: Final = frozenset(
    {"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
)
"""Scripts that one language writes together, and that are not taken for one another."""


class User(NamedTuple):
    """An account. `password_hash` is empty while the person has not chosen a password yet."""

    id: PrincipalId
    login: str
    firstname: str
    lastname: str
    email: str
    phone: str
    organization: str
    language: str
    is_active: bool
    is_administrator: bool
    created_at: Instant
    password_hash: str
    private_root: FolderId
    expires_at: Instant | None = None

    def may_act(self, now: Instant) -> bool:
        """Whether the account is enabled, and its end has not come."""
        return self.is_active and (self.expires_at is None or now < self.expires_at)

    @property
    def full_name(self) -> str:
        """First and last name, or the login when neither is known."""
        return full_name(self.firstname, self.lastname, self.login)


def full_name(firstname: str, lastname: str, login: str) -> str:
    """First and last name, or the login when neither is known."""
    return f"{firstname} {lastname}".strip() or login


def mixes_scripts(text: str) -> bool:
    """Whether letters of alphabets that look alike stand side by side, as a Cyrillic a in a Latin name.

    Source: security.md AU-12; after Unicode technical standard 39, "highly restrictive".
    """
    scripts = {
        unicodedata.name(letter, "").partition(" ")[0]
        for letter in unicodedata.normalize("NFKC", text)
        if unicodedata.category(letter).startswith("L")
    }
    scripts -= {"", "MODIFIER"}  # letters of no script, such as the Hawaiian apostrophe
    return len(scripts) > 1 and not scripts <= _MIXED_BY_NATURE


def login_fault(login: str, *, field: str = "login") -> FieldError | None:
    """Why this may not be a login; None when it may. Whether it is free is asked of `People.taken_login`."""
    if not SHORTEST_LOGIN <= len(login) <= LONGEST_LOGIN:
        return FieldError(
            field,
            "login_length",
            sentence("Give a login of {shortest} to {longest} characters."),
            {"shortest": SHORTEST_LOGIN, "longest": LONGEST_LOGIN},
        )
    if has_controls(login):
        return FieldError(
            field, "login_characters", sentence("Control and invisible characters are not accepted here.")
        )
    if login != login.strip():
        return FieldError(field, "login_blanks", sentence("Remove the spaces at the beginning and at the end."))
    if mixes_scripts(login):
        return FieldError(
            field,
            "login_scripts",
            sentence("This login mixes letters of several alphabets that look alike. Use one alphabet."),
        )
    return None


def email_fault(email: str, *, field: str = "email") -> FieldError | None:
    """Why this cannot be an e-mail address; None when it is plausible. Only a mail that arrives proves one."""
    if len(email) <= LONGEST_EMAIL and not has_controls(email) and _EMAIL.fullmatch(email):
        return None
    return FieldError(field, "email_invalid", sentence("Give an e-mail address, such as name@example.org."))


def emails_fault(emails: str, *, field: str = "email") -> FieldError | None:
    """Why this is no list of addresses with commas between them; None when it is one, or empty."""
    addresses = emails.split(",", MOST_EMAILS) if emails else []
    if len(addresses) > MOST_EMAILS:
        return FieldError(field, "too_many", sentence("At most {most} addresses are kept."), {"most": MOST_EMAILS})
    return next((fault for address in addresses if (fault := email_fault(address.strip(), field=field))), None)


def name_fault(name: str, *, field: str) -> FieldError | None:
    """Why this may not be a first or last name, a phone number or an organization; None when it may, or is empty."""
    if len(name) > LONGEST_NAME:
        return FieldError(
            field,
            "too_long",
            sentence("Use at most {longest} characters (now {length})."),
            {"longest": LONGEST_NAME, "length": len(name)},
        )
    if has_controls(name):
        return FieldError(field, "characters", sentence("Control and invisible characters are not accepted here."))
    return None


def language_fault(language: str, *, field: str = "language") -> FieldError | None:
    """Why this is no language of the interface; None when it is one."""
    if language in LANGUAGES:
        return None
    return FieldError(field, "language_unknown", sentence("Choose one of: {known}."), {"known": ", ".join(LANGUAGES)})
