"""Second factors: time-based codes, recovery codes and passkeys. Values, pure rules, and the port that keeps them.

What is kept opens nothing by itself: a seed is sealed, a recovery code is a digest, a passkey is a public key.
Source: RFC 6238; security.md 6.5, 6.7; decision 0021.
"""

from base64 import b32encode
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol
from urllib.parse import quote

from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import FieldError, Invalid, Unknown
from jeton.kit.clock import MINUTE, Instant
from jeton.kit.mint import Mint
from jeton.kit.text import caseless, has_controls, sentence

LOGIN_TICKET: Final = "login"
"""An unfinished login: the password was right, the second factor is awaited. Its subject is the person."""

LOGIN_LIVES: Final = 10 * MINUTE
CHALLENGE_TICKET: Final = "passkey"
CHALLENGE_LIVES: Final = 5 * MINUTE
SEED_BYTES: Final = 20
"""As long as the SHA-1 that makes the codes. Source: RFC 4226 section 4, R6."""

CODE_DIGITS: Final = 6
MOST_PASSKEYS: Final = 20
LONGEST_PASSKEY_NAME: Final = 60
RECOVERY_CODES: Final = 10

_RECOVERY_BYTES: Final = 15
_RECOVERY_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})


class Totp(NamedTuple):
    """A person's time-based codes. They count once `confirmed_at` is there; `last_step` was the last one taken."""

    sealed: str
    last_step: int
    confirmed_at: Instant | None


class Passkey(NamedTuple):
    """A key that a person's device holds; we know the public half."""

    id: int
    user: PrincipalId
    credential: bytes
    public_key: bytes
    sign_count: int
    name: str
    created_at: Instant
    used_at: Instant | None


class Factors(Protocol):
    """What people have besides a password. Whatever may happen once is decided by one conditional UPDATE."""

    def totp(self, user: PrincipalId) -> Totp | None:
        """A person's time-based codes, confirmed or not."""

    def begin_totp(self, user: PrincipalId, sealed: str, now: Instant) -> bool:
        """Keep a seed that does not count yet, in place of another such; False when confirmed ones are there."""

    def confirm_totp(self, user: PrincipalId, sealed: str, step: int, now: Instant) -> bool:
        """Let this seed count from now on, its step taken; False when it is not there, or counts already."""

    def take_step(self, user: PrincipalId, sealed: str, step: int) -> bool:
        """Take a step of the confirmed seed; False when it, or a later one, was taken before."""

    def remove_totp(self, user: PrincipalId) -> bool:
        """Forget the codes; whether confirmed ones were there."""

    def codes_left(self, user: PrincipalId) -> int:
        """How many recovery codes are unspent."""

    def keep_codes(self, user: PrincipalId, digests: Sequence[bytes]) -> None:
        """Set the recovery codes, in place of all before; none: forget them."""

    def spend_code(self, user: PrincipalId, digest: bytes, now: Instant) -> bool:
        """Spend one; False when it is unknown or spent."""

    def passkeys(self, user: PrincipalId) -> Sequence[Passkey]:
        """A person's passkeys, the oldest first."""

    def find_passkey(self, credential: bytes) -> Passkey | None:
        """The passkey with this credential id."""

    def add_passkey(self, passkey: Passkey) -> None:
        """Keep a new one. Raises Conflict when its credential is there."""

    def passkey_used(self, passkey: Passkey, sign_count: int, now: Instant) -> bool:
        """Note a use; False when the passkey is gone, or its count moved meanwhile."""

    def remove_passkey(self, user: PrincipalId, passkey: int) -> bool:
        """Forget one of a person's; whether it was there."""


class BadFactor(Invalid):
    """A second factor that was not proved, or cannot be kept like this."""

    code = "bad_factor"
    sentence = sentence("This second factor could not be set.")


class NoSuchPasskey(Unknown):
    """The person has no such passkey (any more)."""

    code = "no_such_passkey"
    sentence = sentence("There is no such passkey, or it was removed.")


class NoTotp(Unknown):
    """The person has no codes by an application, or begins none."""

    code = "no_totp"
    sentence = sentence("No codes by an application are set up, or being set up.")


WRONG_CODE: Final = FieldError("code", "wrong_code", sentence("This code is not right, or was used already."))


def new_seed(mint: Mint) -> str:
    """A fresh seed, in base32 as authenticator applications take it."""
    return b32encode(mint.bytes(SEED_BYTES)).decode()


def seed_purpose(user: PrincipalId) -> str:
    """What a person's seed is sealed for: it opens for nobody else."""
    return f"totp {user}"


def totp_uri(seed: str, platform: str, login: str) -> str:
    """What an authenticator application reads from a QR code."""
    issuer = quote(platform.replace(":", " "), safe="")
    return f"otpauth://totp/{issuer}:{quote(login, safe='')}?secret={seed}&issuer={issuer}"


def read_code(text: str) -> str | None:
    """The six digits of a code as typed, blanks ignored; None when it is none."""
    digits = "".join(text.split())
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit() else None


def new_recovery_code(mint: Mint) -> str:
    """120 random bits in groups of four, without letters that look alike (`o`, `i`, `l`, and `u`)."""
    number = int.from_bytes(mint.bytes(_RECOVERY_BYTES), "big")
    letters = [_RECOVERY_LETTERS[number >> 5 * place & 31] for place in range(_RECOVERY_BYTES * 8 // 5)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, len(letters), 4))


def read_recovery_code(text: str) -> str:
    """A recovery code as it is digested, however it was typed."""
    return caseless(text[:200]).translate(_READ_AS)


def passkey_name_fault(name: str) -> FieldError | None:
    """Why a passkey may not be named so; None when it may."""
    if not name or len(name) > LONGEST_PASSKEY_NAME or has_controls(name):
        text = sentence("Give it a name of 1 to {longest} characters.")
        return FieldError("name", "bad_name", text, {"longest": LONGEST_PASSKEY_NAME})
    return None
