"""What can go wrong, in the product's words. A problem says what happened; `web.problems` says it in HTTP.

Slices subclass a category with a stable `code` and a sentence for a person. A sentence is an English msgid whose
`{names}` are filled from the facts after translation.
"""

from typing import ClassVar, NamedTuple

from jeton.kit.text import sentence

Fact = str | int | tuple[str, ...] | None


class FieldError(NamedTuple):
    """One thing wrong with one member of what was sent: its name, a stable code, a sentence and its facts."""

    field: str
    code: str
    sentence: str
    facts: dict[str, Fact] = {}  # noqa: RUF012 - read only, and a NamedTuple's default is shared by nature


class Problem(Exception):
    """A refusal that its reader can act on. Categories below; anything else that is raised is a bug."""

    code: ClassVar[str] = "problem"
    sentence: ClassVar[str] = sentence("This could not be done.")
    bilingual: ClassVar[bool] = False
    """Told in French and English whatever was asked, since clients look for its words."""

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code)
        self.facts = facts


class Invalid(Problem):
    """What was sent breaks a rule. `errors` says it member by member, when it can."""

    code = "invalid"
    sentence = sentence("Something in this request is not right.")

    def __init__(self, *errors: FieldError, **facts: Fact) -> None:
        super().__init__(**facts)
        self.errors = errors


class Malformed(Problem):
    """What was sent cannot even be read."""

    code = "malformed"
    sentence = sentence("This request could not be read.")


class Unknown(Problem):
    """It does not exist, or the caller may not know that it does."""

    code = "not_found"
    sentence = sentence("There is nothing here under this address.")


class Forbidden(Problem):
    """Visible, but not permitted."""

    code = "forbidden"
    sentence = sentence("You do not have the right to do this.")


class Conflict(Problem):
    """It cannot be done to what is there now."""

    code = "conflict"
    sentence = sentence("This does not fit what is there now.")


class InUse(Problem):
    """Somebody else is at it just now; it may be tried again soon."""

    code = "in_use"
    sentence = sentence("Somebody else is writing this just now. Try again in a moment.")


class OtherProtocol(Problem):
    """Spoken in a version of a protocol that is not spoken here."""

    code = "other_protocol"
    sentence = sentence("This version of the protocol is not spoken here.")


class OtherChecksum(Problem):
    """What came in does not have the checksum that came with it."""

    code = "other_checksum"
    sentence = sentence("The bytes do not have the checksum that came with them. Nothing of them was kept.")


class Gone(Problem):
    """It was there, and will not come back."""

    code = "gone"
    sentence = sentence("This is no longer there.")


class ContentLost(Gone):
    """The row is there, its bytes are not."""

    code = "content_lost"
    sentence = sentence("The content of this file is no longer there.")


class TooLarge(Problem):
    """More than is taken in."""

    code = "too_large"
    sentence = sentence("This is larger than what is accepted here.")


class Unsupported(Problem):
    """A form of body that is not read here."""

    code = "unsupported"
    sentence = sentence("This kind of content is not accepted here.")


class Busy(Problem):
    """Not now; again in `retry_after_s` seconds."""

    code = "busy"
    sentence = sentence("The platform is busy. Please try again in a moment.")

    def __init__(self, *, retry_after_s: int = 1, **facts: Fact) -> None:
        super().__init__(retry_after_s=retry_after_s, **facts)
        self.retry_after_s = retry_after_s


class TooMany(Busy):
    """Too many tries of one kind; again in `retry_after_s` seconds."""

    code = "too_many"
    sentence = sentence("Too many tries. Try again in {retry_after_s} seconds.")


class NoSpace(Problem):
    """No room left to keep it."""

    code = "no_space"
    sentence = sentence("There is no room left to store this.")


class Unauthenticated(Problem):
    """Nobody proved who is calling. `token_error` is RFC 6750's code, empty when no token was shown (section 3.1)."""

    code = "unauthenticated"
    sentence = sentence("This call needs a token: send the header Authorization: Bearer <token>.")
    token_error: ClassVar[str] = ""


class InvalidToken(Unauthenticated):
    """A token was shown, and it does not hold (any more)."""

    code = "invalid_token"
    sentence = sentence("This token is not valid (any more). Ask for a new one at POST /oauth2/token.")
    token_error = "invalid_token"


class MissingScope(Forbidden):
    """The application was not given what this call needs. Source: RFC 6750 section 3.1."""

    code = "missing_scope"
    sentence = sentence("{call} needs the scope {needed}. This token carries {granted}.")


class BeyondOwnScopes(Forbidden):
    """Nobody gives what they do not hold."""

    code = "beyond_own_scopes"
    sentence = sentence("Nobody gives what they do not hold: this token lacks {needed}.")


class UserRequired(Forbidden):
    """The call concerns a person, and none is calling."""

    code = "user_required"
    sentence = sentence("This call concerns a person. Send the header As with the id of a user.")


class AdministratorRequired(Forbidden):
    """Kept for those who administer the platform."""

    code = "administrator_required"
    sentence = sentence("Only an administrator may do this.")
