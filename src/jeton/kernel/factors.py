"""Second factors: time-based codes, recovery codes and passkeys. Values, pure rules, and the port that keeps them.

What is kept opens nothing by itself: a seed is sealed, a recovery code is a digest, a passkey is a public key.
Source: RFC 6238; security.md 6.5, 6.7; decision 0021.
"""

import json
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import quote

from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import User
from jeton.kernel.problems import Conflict, FieldError, Invalid, Unknown
from jeton.kit.clock import DAY, MINUTE, Instant
from jeton.kit.mint import Mint
from jeton.kit.text import caseless, has_controls, sentence

LOGIN_TICKET: Final = "login"
"""An unfinished login: the password was right, the second factor is awaited. Its subject is the person."""

LOGIN_LIVES: Final = 10 * MINUTE
CHALLENGE_TICKET: Final = "passkey"
CHALLENGE_LIVES: Final = 5 * MINUTE
TRUST_TICKET: Final = "trust"
"""A browser that is not asked for the second factor of one person. It is only looked at, never claimed."""

TRUST_LIVES: Final = 30 * DAY
SEED_BYTES: Final = 20
"""As long as the SHA-1 that makes the codes. Source: RFC 4226 section 4, R6."""

CODE_DIGITS: Final = 6
MOST_PASSKEYS: Final = 20
LONGEST_PASSKEY_NAME: Final = 60
RECOVERY_CODES: Final = 10

_LARGEST_RESPONSE: Final = 64 << 10
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


class NewPasskey(NamedTuple):
    """What a device showed of a key that it made."""

    credential: bytes
    public_key: bytes
    sign_count: int


class Shown(NamedTuple):
    """What a browser's answer says of itself, before anything is verified: which passkey, and to which challenge."""

    credential: bytes
    challenge: str


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


class HasTotp(Conflict):
    """Codes by an application are set up already."""

    code = "has_totp"
    sentence = sentence("Codes by an application are set up already: remove them first.")


class NoFactor(Conflict):
    """Recovery codes for who needs none."""

    code = "no_factor"
    sentence = sentence("Recovery codes stand in for a second factor: set one up first.")


WRONG_PASSKEY: Final = FieldError(
    "passkey", "wrong_passkey", sentence("This passkey was not taken: it is not known here, or it came too late.")
)
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


def passkey_subject(use: str, user: PrincipalId | None = None) -> str:
    """What a challenge is for: `add` or `second`, for a person; or `first`, for whoever will show to be somebody."""
    return use if user is None else f"{use} {user}"


def new_challenge(mint: Mint) -> str:
    """256 random bits, as browsers spell them."""
    return _spelled(mint.bytes(32))


def creation_options(challenge: str, platform: str, user: User, held: Sequence[Passkey]) -> dict[str, Any]:
    """What a browser is asked so that it makes a passkey. Source: Web Authentication level 3, section 5.4."""
    return {
        "challenge": challenge,
        "rp": {"name": platform},
        "user": {"id": _spelled(str(user.id).encode()), "name": user.login, "displayName": user.full_name},
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in (-8, -7, -257)],
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "preferred"},
        "excludeCredentials": _named(held),
        "timeout": CHALLENGE_LIVES // 1000,
    }


def request_options(challenge: str, held: Sequence[Passkey], *, is_alone: bool) -> dict[str, Any]:
    """What a browser is asked so that it shows a passkey; one that stands alone must know its person. Section 5.5."""
    return {
        "challenge": challenge,
        "allowCredentials": _named(held),
        "userVerification": "required" if is_alone else "preferred",
        "timeout": CHALLENGE_LIVES // 1000,
    }


def read_shown(response: str) -> Shown | None:
    """The outside of a browser's answer; None when it is none."""
    try:
        told = json.loads(response) if len(response) <= _LARGEST_RESPONSE else {}
        client = json.loads(_unspelled(told["response"]["clientDataJSON"]))
        credential, challenge = _unspelled(told["rawId"]), client["challenge"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Shown(credential, challenge) if isinstance(challenge, str) and challenge.isascii() else None


def _named(held: Sequence[Passkey]) -> list[dict[str, str]]:
    return [{"type": "public-key", "id": _spelled(passkey.credential)} for passkey in held]


def _spelled(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _unspelled(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
