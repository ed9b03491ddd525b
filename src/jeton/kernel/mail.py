"""Mails: the letters that the platform writes, when one is tried again, and the port of the outbox. Pure.

A letter is queued in the transaction of the act that it tells, by name and facts; it is put into words when it is
handed over, outside any transaction. It may arrive twice, under one Message-ID; it is never lost before its time.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from jeton.kernel.people import User
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.clock import DAY, HOUR, MINUTE, Instant
from jeton.kit.text import sentence

LEASE: Final[Instant] = 2 * MINUTE
"""Whoever takes a mail has this long to hand it over before another process may."""

GIVEN_UP_AFTER: Final[Instant] = 3 * DAY
RESET_LINK_LIVES: Final[Instant] = 20 * MINUTE


class Letter(NamedTuple):
    """What is written: `{name}` is the platform's, `{login}` the reader's, `{link}` a whole address; then its facts.

    `lives` is how long it is worth handing over.
    """

    subject: str
    text: str
    lives: Instant = GIVEN_UP_AFTER


LETTERS: Final = {
    "first_password": Letter(
        sentence("Your account on {name}"),
        sentence(
            "Hello,\n\nAn account was made for you on {name}. Your login: {login}\n\n"
            "Choose your password here, within 72 hours:\n{link}\n\nThis link works once."
        ),
    ),
    "reset_password": Letter(
        sentence("Choose a new password on {name}"),
        sentence(
            "Hello,\n\nSomebody, probably you, asked for a new password for the account {login} on {name}.\n\n"
            "Choose it here, within 20 minutes:\n{link}\n\n"
            "This link works once. If it was not you, do nothing: your password stays as it is."
        ),
        RESET_LINK_LIVES,
    ),
    "password_changed": Letter(
        sentence("Your password on {name} was changed"),
        sentence(
            "Hello,\n\nThe password of your account {login} on {name} was changed.\n\n"
            "If it was not you, ask for a new one at once, and tell your administrator:\n{link}"
        ),
    ),
    "email_changed": Letter(
        sentence("Your address on {name} was changed"),
        sentence(
            "Hello,\n\nThe mail address of your account {login} on {name} is another one now; this is the last mail "
            "that comes here.\n\nIf it was not you, tell your administrator at once:\n{link}"
        ),
    ),
    "invitation": Letter(
        sentence("{source} invites you to “{folder}” on {name}"),
        sentence(
            "Hello,\n\n{source} invites you to the folder “{folder}” on {name}.\n\n"
            "Make your account here:\n{link}\n\n"
            "This link works once. If you did not expect this, do nothing."
        ),
    ),
    "let_in": Letter(
        sentence("{source} lets you into “{folder}” on {name}"),
        sentence("Hello,\n\nWith your account {login} you now reach the folder “{folder}”, where {source} let you in."),
    ),
    "consent_given": Letter(
        sentence("{application} now reaches your account on {name}"),
        sentence(
            "Hello,\n\nYou allowed the application {application} to act with your account {login} on {name}.\n\n"
            "If it was not you, take the access back, and change your password:\n{link}"
        ),
    ),
    "token_reused": Letter(
        sentence("The access of {application} to your account on {name} was ended"),
        sentence(
            "Hello,\n\nWhat lets the application {application} act with your account {login} on {name} was shown a "
            "second time, or by another application: it may have been stolen. All that came of it was ended.\n\n"
            "The application will ask you again. If in doubt, take its access back, and tell your administrator:\n"
            "{link}"
        ),
    ),
    "totp_set": Letter(
        sentence("Codes by an application protect your account on {name}"),
        sentence(
            "Hello,\n\nTo sign in to your account {login} on {name}, a code of an authenticator application is asked "
            "from now on.\n\nIf it was not you, change your password, and tell your administrator:\n{link}"
        ),
    ),
    "totp_removed": Letter(
        sentence("Codes by an application were removed from your account on {name}"),
        sentence(
            "Hello,\n\nYour account {login} on {name} is no longer protected by codes of an authenticator "
            "application.\n\nIf it was not you, change your password, and tell your administrator:\n{link}"
        ),
    ),
    "passkey_added": Letter(
        sentence("A passkey was added to your account on {name}"),
        sentence(
            "Hello,\n\nThe passkey “{passkey}” was added to your account {login} on {name}.\n\n"
            "If it was not you, remove it, change your password, and tell your administrator:\n{link}"
        ),
    ),
    "passkey_removed": Letter(
        sentence("A passkey was removed from your account on {name}"),
        sentence(
            "Hello,\n\nThe passkey “{passkey}” was removed from your account {login} on {name}.\n\n"
            "If it was not you, change your password, and tell your administrator:\n{link}"
        ),
    ),
    "codes_made": Letter(
        sentence("New recovery codes for your account on {name}"),
        sentence(
            "Hello,\n\nNew recovery codes were made for your account {login} on {name}; the former ones are void.\n\n"
            "If it was not you, change your password, and tell your administrator:\n{link}"
        ),
    ),
    "code_spent": Letter(
        sentence("A recovery code was used for your account on {name}"),
        sentence(
            "Hello,\n\nA recovery code was used to sign in to your account {login} on {name}; {left} are left.\n\n"
            "If it was not you, change your password, and tell your administrator:\n{link}"
        ),
    ),
    "factors_taken_off": Letter(
        sentence("The second factor of your account on {name} was taken off"),
        sentence(
            "Hello,\n\nAn administrator took the second factor of your account {login} on {name} off: the password "
            "alone opens it.\n\nSet a new one up here. If you did not ask for this, tell your administrator:\n{link}"
        ),
    ),
    "test": Letter(
        sentence("Test mail from {name}"),
        sentence("Hello,\n\nThis mail shows that {name} can send mails:\n{link}"),
    ),
}


class Queued(NamedTuple):
    """A mail in the outbox. `facts` hold a secret, such as the path of a link: it is sealed where it is kept.

    They are None when the seal does not open, for want of a key.
    """

    id: int
    letter: str
    recipients: str
    language: str
    facts: dict[str, str] | None
    tries: int
    until: Instant


class WrittenMail(NamedTuple):
    """A mail in words. The id is that of its Message-ID, the same each time it is tried."""

    id: int
    at: Instant
    sender_name: str
    recipients: str
    subject: str
    text: str


class MailFailed(Invalid):
    """A mail could not be handed over; the errors tell which setting is to blame, and what the server said."""

    code = "mail_failed"
    sentence = sentence("The mail could not be sent.")

    def __init__(self, field: str, code: str, text: str, *, is_final: bool = False, **facts: str | int) -> None:
        """`is_final`: the server will say the same of this mail again."""
        super().__init__(FieldError(field, code, text, dict(facts)))
        self.is_final = is_final


class NoMailServer(Invalid):
    """Mail is not set up."""

    code = "no_mail_server"
    sentence = sentence("No mail server is set: nothing can be sent.")


class Mail(Protocol):
    """The outbox."""

    @property
    def is_configured(self) -> bool:
        """Whether a mail server is set; without one nothing is queued."""

    def send(self, letter: str, to: User, **facts: str) -> bool:
        """Queue a letter of `LETTERS` for a person, in their language.

        `path` among the facts becomes the letter's link. False: no server is set, or the person has no address.
        """

    def send_to(self, letter: str, address: str, language: str, **facts: str) -> bool:
        """Queue a letter for an address; the language may be `auto`. False: no server is set."""

    def has_due(self) -> bool:
        """Whether any mail waits for its turn now."""

    def take_due(self, limit: int) -> Sequence[Queued]:
        """Take what is due, for as long as `LEASE`: nobody else gets it meanwhile."""

    def done(self, mail: int) -> None:
        """Forget one: it was handed over, or given up."""

    def put_off(self, mail: int, until: Instant) -> None:
        """Try it again later."""


class Words(NamedTuple):
    """What turns facts into sentences: a translator `(language, sentence, facts)`, and where links begin."""

    say: Callable[[str, str, Mapping[str, object]], str]
    public_url: str


PLAIN_WORDS: Final = Words(lambda _language, text, facts: text.format_map(facts), "")
"""English, without an address."""


def written(mail: Queued, words: Words, *, name: str, now: Instant) -> WrittenMail:
    """A mail in the words of its reader's language, from the platform called `name`."""
    letter, name = LETTERS[mail.letter], _on_one_line(name)
    facts = {fact: _on_one_line(value) for fact, value in (mail.facts or {}).items()}
    facts |= {"name": name, "link": words.public_url + facts.get("path", "")}
    subject = words.say(mail.language, letter.subject, facts)
    return WrittenMail(mail.id, now, name, mail.recipients, subject, words.say(mail.language, letter.text, facts))


def _on_one_line(text: str) -> str:
    """What people chose goes into headers, and must not begin a line of its own."""
    return " ".join(text.split())


def next_try(tries: int, now: Instant) -> Instant:
    """When a mail is tried again after `tries` failures: a minute, two, four... at most two hours."""
    return now + min(MINUTE << min(tries - 1, 20), 2 * HOUR)
